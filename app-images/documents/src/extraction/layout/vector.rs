//! Points and displacements on a page.

/// A point or a displacement in page space, in points.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Vector {
    /// To the right.
    pub x: f64,
    /// Upwards.
    pub y: f64,
}

impl Vector {
    pub(super) fn minus(self, other: Vector) -> Vector {
        Vector { x: self.x - other.x, y: self.y - other.y }
    }

    pub(super) fn dot(self, other: Vector) -> f64 {
        self.x * other.x + self.y * other.y
    }

    pub(super) fn length(self) -> f64 {
        self.dot(self).sqrt()
    }

    pub(super) fn is_finite(self) -> bool {
        self.x.is_finite() && self.y.is_finite()
    }

    /// The same direction with a length of one; to the right for what has none.
    pub(super) fn unit(self) -> Vector {
        let length = self.length();
        if length.is_normal() {
            Vector { x: self.x / length, y: self.y / length }
        } else {
            Vector { x: 1.0, y: 0.0 }
        }
    }
}
