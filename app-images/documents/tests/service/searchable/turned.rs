//! Sheets that lay turned on the scanner: nothing in the file says so, the words lie on the page as the ink does.

use super::picture;
use super::readers::{Place, assert_sound, compared, copied, missing};
use crate::support::pdf::{Turn, turned_scan_of};

/// The size of the letter, in points.
const WIDTH: f64 = 595.0;
const HEIGHT: f64 = 842.0;

/// Where on the letter a place on the sheet is.
fn upright(turn: Turn, place: &Place) -> Place {
    let Place { left, right, top, bottom } = *place;
    match turn {
        Turn::None => place.clone(),
        // Its head is to the left, so what is far from the left is far down the letter.
        Turn::Left => Place { left: WIDTH - bottom, right: WIDTH - top, top: left, bottom: right },
        Turn::Right => Place { left: top, right: bottom, top: HEIGHT - right, bottom: HEIGHT - left },
        Turn::Over => {
            Place { left: WIDTH - right, right: WIDTH - left, top: HEIGHT - bottom, bottom: HEIGHT - top }
        }
    }
}

#[tokio::test]
async fn each_word_of_a_sheet_that_lay_turned_is_where_it_is_seen() {
    if let Some(missing) = missing() {
        println!("skipped: needs {missing}");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let picture = picture().await;
    for turn in [Turn::Left, Turn::Over, Turn::Right] {
        let name = format!("turned {turn:?}");
        let (scan, copy) = copied(folder.path(), &name, &turned_scan_of(&picture, turn)).await;
        assert_sound(&name, &scan, &copy);
        let (all, found, astray) = compared(&copy, |place| upright(turn, place));
        println!("{name}: of {all} words {found} found, {} of them not in place", astray.len());
        assert!(all > 50 && found * 100 >= all * 90, "{name}: {found} of {all}");
        assert!(astray.len() * 100 <= found * 5, "{name}: astray: {astray:?}");
    }
}
