//! Where things stand: letterheads, address windows, fields and feet, in the order in which a PDF's text comes out.

use super::forms::Values;
use super::names::Sender;
use super::random::Random;
use super::template::Template;

/// Draws a template as one page of text.
pub(super) fn lay_out(template: &Template, values: &Values, sender: &Sender, random: &mut Random) -> String {
    let headings = part(template, values, |line| line.strip_prefix('^'));
    let fields: Vec<(String, String)> = part(template, values, |line| line.strip_prefix('@'))
        .iter()
        .filter_map(|field| field.split_once('|').map(|(label, value)| (label.to_owned(), value.to_owned())))
        .collect();
    if template.signed {
        // These are written in the order of their templates.
        let lines = template.lines.iter().map(|line| values.fill(line.trim_start_matches(['^', '@'])));
        return lines.collect::<Vec<_>>().join("\n");
    }
    let body = part(template, values, |line| (!line.starts_with(['^', '@'])).then_some(line));
    let fields = lay_out_fields(&fields, random);
    let (head, foot) = letterhead(template.language, sender, random);
    let address = address(template.language, values.person, random);
    let mut parts = vec![head];
    match random.between(0, 4) {
        0 => parts.extend([address, headings, fields]),
        1 => parts.extend([address, fields, headings]),
        2 => parts.extend([fields, address, headings]),
        _ => parts.extend([headings, fields, address]),
    }
    parts.extend([body, foot]);
    parts.concat().join("\n")
}

fn part<'a>(
    template: &'a Template,
    values: &Values,
    choose: impl Fn(&'a str) -> Option<&'a str>,
) -> Vec<String> {
    template.lines.iter().filter_map(|line| choose(line)).map(|line| values.fill(line)).collect()
}

fn lay_out_fields(fields: &[(String, String)], random: &mut Random) -> Vec<String> {
    let labels = || fields.iter().map(|(label, _)| label.as_str());
    let values = || fields.iter().map(|(_, value)| value.as_str());
    match random.between(0, 6) {
        0 => fields.iter().map(|(label, value)| format!("{label} {value}")).collect(),
        1 => fields.iter().flat_map(|(label, value)| [format!("{label}:"), value.clone()]).collect(),
        2 => vec![labels().collect::<Vec<_>>().join(" "), values().collect::<Vec<_>>().join(" ")],
        3 => labels().chain(values()).map(str::to_owned).collect(),
        _ => fields.iter().map(|(label, value)| format!("{label}: {value}")).collect(),
    }
}

/// The lines above everything else, and those below.
fn letterhead(language: &str, sender: &Sender, random: &mut Random) -> (Vec<String>, Vec<String>) {
    let Sender { name, street, city, web } = sender;
    let register = match language {
        "en" => "Registered in England No. 04471123",
        "de" => "Amtsgericht HRB 4471 · USt-IdNr. DE123456789",
        "fr" => "RCS 447 112 345 - TVA FR12447112345",
        "es" => "Inscrita en el Registro Mercantil, tomo 447",
        other => panic!("no register for {other}"),
    };
    let foot = vec![format!("{name} · {street} · {city} · {web}"), register.to_owned()];
    match random.between(0, 5) {
        0 => (vec![(*name).to_owned(), street.clone(), (*city).to_owned(), web.clone()], vec![]),
        1 => (vec![format!("{name} · {street} · {city}")], vec![register.to_owned()]),
        2 => (vec![], foot),
        3 => (vec![name.to_uppercase(), web.clone()], foot),
        _ => (vec![format!("{name}, {street}, {city}"), format!("Tel. 0123 447711 {web}")], vec![]),
    }
}

fn address(language: &str, person: &str, random: &mut Random) -> Vec<String> {
    let (caption, honorific, street, city) = match language {
        "en" => ("Bill to:", "", "9 Orchard Row", "York YO1 7HH"),
        "de" => ("An", "Frau", "Gartenweg 9", "50667 Köln"),
        "fr" => ("Destinataire :", "Mme", "9 rue des Jardins", "59000 Lille"),
        "es" => ("Cliente:", "Dña.", "Calle del Jardín, 9", "50001 Zaragoza"),
        other => panic!("no address for {other}"),
    };
    let mut lines =
        vec![format!("{honorific} {person}").trim().to_owned(), street.to_owned(), city.to_owned()];
    if random.one_in(3) {
        lines.insert(0, caption.to_owned());
    }
    // Companies get post, too.
    if random.one_in(3) {
        let at = lines.len() - 3;
        lines
            .insert(at, if language == "en" { "Kestrel Partners Ltd" } else { "Kestrel Partner" }.to_owned());
    }
    lines
}
