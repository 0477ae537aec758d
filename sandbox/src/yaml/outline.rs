//! Where in a document a value stands, found only when there is something to say about it.
//!
//! The schema's types carry no positions. When a check fails, the text is read a second time into this outline and
//! the path of the finding is followed as far as it goes.

use std::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{Error, IgnoredAny, MapAccess, SeqAccess, Visitor},
};
use serde_saphyr::{Location, Spanned};

/// The way from the root of a document to a value; displays as `apps[0].services.web.user`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Path(Vec<Step>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Step {
    Key(String),
    Item(usize),
}

impl Path {
    /// The value of a key.
    pub(crate) fn key(&self, key: impl fmt::Display) -> Self {
        self.with(Step::Key(key.to_string()))
    }

    /// The value of an item, counted from zero.
    pub(crate) fn item(&self, index: usize) -> Self {
        self.with(Step::Item(index))
    }

    fn with(&self, step: Step) -> Self {
        Self(self.0.iter().cloned().chain([step]).collect())
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, step) in self.0.iter().enumerate() {
            match step {
                Step::Key(key) if i == 0 => f.write_str(key)?,
                Step::Key(key) => write!(f, ".{key}")?,
                Step::Item(index) => write!(f, "[{index}]")?,
            }
        }
        Ok(())
    }
}

/// Line and column of the value at `path`, or of the nearest thing around it that is written down.
pub(crate) fn position(text: &str, path: &Path) -> Option<(u64, u64)> {
    let root: Spanned<Tree> = serde_saphyr::from_str_with_options(text, super::options()).ok()?;
    let mut node = &root.value;
    let mut here = root.referenced;
    for step in &path.0 {
        let Some((next, location)) = node.child(step) else { break };
        (node, here) = (next, location);
    }
    (here.line() > 0).then(|| (here.line(), here.column()))
}

enum Tree {
    Scalar,
    Items(Vec<Spanned<Tree>>),
    Entries(Vec<(Spanned<String>, Spanned<Tree>)>),
}

impl Tree {
    /// A child and where to point at for it: a scalar itself, or the key that a collection stands under.
    fn child(&self, step: &Step) -> Option<(&Tree, Location)> {
        match (self, step) {
            (Tree::Items(items), Step::Item(index)) => {
                items.get(*index).map(|item| (&item.value, item.referenced))
            }
            (Tree::Entries(entries), Step::Key(key)) => {
                let (key, value) = entries.iter().find(|(name, _)| &name.value == key)?;
                let scalar = matches!(value.value, Tree::Scalar);
                Some((&value.value, if scalar { value.referenced } else { key.referenced }))
            }
            (Tree::Scalar | Tree::Items(_) | Tree::Entries(_), _) => None,
        }
    }
}

impl<'de> Deserialize<'de> for Tree {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TreeVisitor)
    }
}

struct TreeVisitor;

macro_rules! scalars {
    ($($method:ident: $type:ty),*) => {$(
        fn $method<E: Error>(self, _: $type) -> Result<Tree, E> {
            Ok(Tree::Scalar)
        }
    )*};
}

impl<'de> Visitor<'de> for TreeVisitor {
    type Value = Tree;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    scalars!(visit_bool: bool, visit_i64: i64, visit_u64: u64, visit_i128: i128, visit_u128: u128, visit_f64: f64, visit_str: &str);

    fn visit_unit<E: Error>(self) -> Result<Tree, E> {
        Ok(Tree::Scalar)
    }

    fn visit_none<E: Error>(self) -> Result<Tree, E> {
        Ok(Tree::Scalar)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Tree, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<Tree, D::Error> {
        IgnoredAny::deserialize(deserializer).map(|_| Tree::Scalar)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<Tree, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = sequence.next_element()? {
            items.push(item);
        }
        Ok(Tree::Items(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Tree, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = map.next_entry()? {
            entries.push(entry);
        }
        Ok(Tree::Entries(entries))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_leads_to_its_line_and_column_or_as_near_as_it_can() {
        let text = "host: {cpu: 8}\napps:\n- id: a\n  services:\n    web:\n      user: \"0\"\n- id: b\n";
        let app = Path::default().key("apps").item(0);
        let web = app.key("services").key("web");
        assert_eq!(web.key("user").to_string(), "apps[0].services.web.user");
        assert_eq!(position(text, &web.key("user")), Some((6, 13)));
        assert_eq!(position(text, &web), Some((5, 5)));
        assert_eq!(position(text, &web.key("image")), Some((5, 5)));
        assert_eq!(position(text, &Path::default().key("apps").item(1).key("id")), Some((7, 7)));
        assert_eq!(position(text, &Path::default().key("host").key("cpu")), Some((1, 13)));
    }
}
