//! Words of others in our messages: shortened, and the engine's own without what they say of the host: its errors name folders, files and sockets of the
//! machine, and whoever has taken over a client learns from them where to look next.

/// The text with every absolute path in it replaced by `…`. Addresses such as `https://host/path`, references such as
/// `atoll/hello` and the names of our own containers, which engines write as `/atoll-…`, stay.
pub(crate) fn without_paths(text: &str) -> String {
    let mut seen = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(slash) = rest.find('/') {
        let (before, after) = rest.split_at(slash);
        let path = after.split(ends_path).next().unwrap_or_default();
        seen.push_str(before);
        if starts_path(seen.chars().next_back(), after) && path.len() > 1 && !is_own_name(path) {
            seen.push('…');
        } else {
            seen.push_str(path);
        }
        rest = &after[path.len()..];
    }
    seen + rest
}

/// At most so many characters of a text, and a mark where more was.
pub(crate) fn brief(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

fn starts_path(before: Option<char>, after: &str) -> bool {
    let in_address = before == Some(':') && after.starts_with("//") && !after.starts_with("///");
    let in_word = before.is_some_and(|c| c.is_alphanumeric() || matches!(c, '.' | '-' | '_'));
    !in_address && !in_word
}

fn ends_path(c: char) -> bool {
    c.is_whitespace() || c.is_control() || matches!(c, '"' | '\'' | '`' | ',' | ';' | ')' | ']' | '>')
}

fn is_own_name(path: &str) -> bool {
    path.starts_with("/atoll-") && !path[1..].contains('/')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_of_the_host_are_left_out_and_the_rest_stays() {
        for (said, seen) in [
            ("mkdir /var/lib/docker/overlay2/x: no space left", "mkdir … no space left"),
            (r#"error mounting "/run/user/0/x" to rootfs"#, r#"error mounting "…" to rootfs"#),
            ("lowerdir=/var/lib/a:/var/lib/b,upperdir=/c", "lowerdir=…,upperdir=…"),
            ("open(/etc/shadow) failed", "open(…) failed"),
            ("file:///etc/passwd", "file:…"),
            ("/etc", "…"),
            ("name=seccomp,profile=/etc/docker/seccomp.json", "name=seccomp,profile=…"),
            ("Get https://registry.example/v2/: denied", "Get https://registry.example/v2/: denied"),
            ("no such image: atoll/hello:1.0.0", "no such image: atoll/hello:1.0.0"),
            (
                r#"the name "/atoll-hello-main-web" is in use"#,
                r#"the name "/atoll-hello-main-web" is in use"#,
            ),
            ("a / b", "a / b"),
            ("", ""),
        ] {
            assert_eq!(without_paths(said), seen);
        }
    }

    proptest::proptest! {
        #[test]
        fn no_path_behind_a_space_survives(before in "[ -~]{0,20}", path in "[a-z]{1,8}(/[a-z.]{1,8}){1,3}") {
            let seen = without_paths(&format!("{before} /{path} after"));
            proptest::prop_assert!(!seen.contains(&format!("/{path}")), "{}", seen);
        }
    }
}
