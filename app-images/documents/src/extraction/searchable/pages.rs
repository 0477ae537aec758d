//! Gives the recognised pages their words: each page is written anew, as it was but for what it draws first and the fonts that
//! it may use.
//!
//! The words are drawn *before* what the page draws. So they meet the coordinates as they are at the beginning of
//! a page, whatever the page does to them, and need not know how many states a careless page leaves behind; being
//! invisible, it is the same to them to lie behind the picture.

use hayro_interpret::hayro_syntax::object::dict::keys::{CONTENTS, FONT, PARENT, RESOURCES};
use hayro_interpret::hayro_syntax::object::{Array, Dict, MaybeRef, Object, ObjectIdentifier};
use hayro_interpret::hayro_syntax::page::Page;
use hayro_interpret::kurbo::Affine;

use super::font::Fonts;
use super::update::{Update, write_entry};
use super::{NoCopy, layer, syntax};
use crate::extraction::ocr::RecognisedPage;
use crate::extraction::pdf::OpenPdf;

/// Pages lie no deeper in their tree.
const MOST_PARENTS: usize = 64;

/// Adds the words of these pages to the update, and the fonts that they need.
///
/// # Errors
/// When a page cannot be replaced, or its words have no place on it.
pub(super) fn add_words(
    update: &mut Update<'_>,
    pdf: &OpenPdf,
    recognised: &[RecognisedPage],
) -> Result<(), NoCopy> {
    let pages = recognised.iter().map(|words| Some((words, pdf.page(words.number)?)));
    let pages: Vec<_> = pages.collect::<Option<_>>().ok_or(NoCopy::Unreplaceable)?;
    let prefix = free_prefix(pages.iter().map(|(_, page)| *page));
    let mut fonts = Fonts::default();
    let mut layers = Vec::with_capacity(pages.len());
    for (words, page) in &pages {
        let content = layer::content(words, to_page(page, words), &prefix, &mut fonts)?;
        layers.push(update.add_stream(content.as_bytes())?);
    }
    let fonts = add_fonts(update, &fonts, &prefix)?;
    for ((_, page), layer) in pages.iter().zip(layers) {
        let id = own_id(page)?;
        update.replace(id, &rewritten(page, layer, &fonts)?)?;
    }
    Ok(())
}

/// From the picture's pixels to the page's own coordinates, which crop box and rotation move and turn.
fn to_page(page: &Page<'_>, words: &RecognisedPage) -> Affine {
    let (width, height) = page.render_dimensions();
    let scale = Affine::scale_non_uniform(
        f64::from(width) / f64::from(words.width),
        f64::from(height) / f64::from(words.height),
    );
    Affine::new(page.initial_transform(true).as_coeffs()).inverse() * scale
}

/// Writes the fonts; gives their entries in a dictionary of fonts.
fn add_fonts(update: &mut Update<'_>, fonts: &Fonts, prefix: &str) -> Result<Vec<u8>, NoCopy> {
    let glyph = update.add_stream(Fonts::glyph().as_bytes())?;
    let mut entries = Vec::new();
    for font in 0..fonts.count() {
        let meanings = update.add_stream(fonts.meanings(font).as_bytes())?;
        let number = update.add(fonts.dictionary(font, glyph, meanings).as_bytes())?;
        let (name, reference) = (format!("{prefix}{font}"), format!("{number} 0 R"));
        write_entry(&mut entries, name.as_bytes(), reference.as_bytes());
    }
    Ok(entries)
}

/// A beginning of names that no font of these pages has.
fn free_prefix<'p, 'a: 'p>(pages: impl Iterator<Item = &'p Page<'a>>) -> String {
    let mut prefix = String::from("Ocr");
    let taken: Vec<Vec<u8>> = pages
        .flat_map(|page| page.resources().fonts.keys().map(|key| key.to_vec()).collect::<Vec<_>>())
        .collect();
    // Ends, because each name is of some length.
    while taken.iter().any(|name| name.starts_with(prefix.as_bytes())) {
        prefix.push('x');
    }
    prefix
}

/// The object that is this page and nothing else.
fn own_id(page: &Page<'_>) -> Result<ObjectIdentifier, NoCopy> {
    let raw = page.raw();
    let id = raw.obj_id().ok_or(NoCopy::Unreplaceable)?;
    // A page that stands in another object has that one's number.
    let same = page.xref().get::<Dict<'_>>(id).is_some_and(|object| object.data() == raw.data());
    if same { Ok(id) } else { Err(NoCopy::Unreplaceable) }
}

/// The page's dictionary with the layer before its contents and the fonts among its own.
fn rewritten(page: &Page<'_>, layer: u32, fonts: &[u8]) -> Result<Vec<u8>, NoCopy> {
    let mut dictionary = b"<<".to_vec();
    for (key, value) in syntax::entries(page.raw().data()).ok_or(NoCopy::Unreplaceable)? {
        if key != CONTENTS && key != RESOURCES {
            write_entry(&mut dictionary, &key, value);
        }
    }
    write_entry(&mut dictionary, CONTENTS, format!("[{layer} 0 R{}]", contents(page)).as_bytes());
    write_entry(&mut dictionary, RESOURCES, &resources(page, fonts)?);
    dictionary.extend_from_slice(b" >>");
    Ok(dictionary)
}

/// References to what the page draws, each after a space.
fn contents(page: &Page<'_>) -> String {
    let raw = page.raw();
    let references: Vec<_> = if let Some(array) = raw.get::<Array<'_>>(CONTENTS) {
        array.raw_iter().filter_map(|item: MaybeRef<Object<'_>>| item.as_obj_ref()).collect()
    } else {
        raw.get_ref(CONTENTS).into_iter().collect()
    };
    references.into_iter().map(|reference| format!(" {reference}")).collect()
}

/// The page's resources, or those that it inherits, with the fonts among its own.
fn resources(page: &Page<'_>, fonts: &[u8]) -> Result<Vec<u8>, NoCopy> {
    let before = inherited(page);
    let mut resources = b"<<".to_vec();
    let mut all_fonts = b"<<".to_vec();
    if let Some(before) = before {
        for (key, value) in syntax::entries(before.data()).ok_or(NoCopy::Unreplaceable)? {
            if key != FONT {
                write_entry(&mut resources, &key, value);
            }
        }
        if let Some(own) = before.get::<Dict<'_>>(FONT) {
            for (key, value) in syntax::entries(own.data()).ok_or(NoCopy::Unreplaceable)? {
                write_entry(&mut all_fonts, &key, value);
            }
        }
    }
    all_fonts.extend_from_slice(fonts);
    all_fonts.extend_from_slice(b" >>");
    write_entry(&mut resources, FONT, &all_fonts);
    resources.extend_from_slice(b" >>");
    Ok(resources)
}

fn inherited<'a>(page: &Page<'a>) -> Option<Dict<'a>> {
    let mut node = page.raw().clone();
    for _ in 0..MOST_PARENTS {
        if let Some(resources) = node.get::<Dict<'a>>(RESOURCES) {
            return Some(resources);
        }
        node = node.get::<Dict<'a>>(PARENT)?;
    }
    None
}
