//! Which role a path asks for.
//!
//! The first rule that matches decides, and a path that none matches is nobody's. Roles that stand later in an app's
//! list include the earlier ones.

use atoll_sandbox::allowlist::{App, RoleId};

use super::path::CleanPath;

/// The `http.access` rules of one app.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessRules {
    rules: Vec<Rule>,
    roles: Vec<RoleId>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Rule {
    prefix: String,
    /// In lower case, to be compared with a path's widest reading.
    folded: String,
    /// The position of its role in the app's list; `None` for a role that the list lacks, which nobody has.
    rank: Option<usize>,
}

impl AccessRules {
    /// The rules of an allowlist entry.
    pub fn of(app: &App) -> Self {
        let roles: Vec<_> = app.roles.iter().map(|role| role.id.clone()).collect();
        let rule = |rule: &atoll_sandbox::allowlist::AccessRule| Rule {
            prefix: rule.path.clone(),
            folded: rule.path.to_ascii_lowercase(),
            rank: roles.iter().position(|role| *role == rule.role),
        };
        Self { rules: app.http.access.iter().map(rule).collect(), roles }
    }

    /// Whether someone with `role` may ask for `path`.
    pub fn permit(&self, path: &CleanPath<'_>, role: &RoleId) -> bool {
        let Some(held) = self.roles.iter().position(|known| known == role) else { return false };
        let written = self.first(|rule| matches(&rule.prefix, path.forwarded()));
        let widest = self.first(|rule| matches(&rule.folded, path.widest()));
        let enough = |asked: Option<usize>| asked.is_some_and(|asked| held >= asked);
        enough(written) && enough(widest)
    }

    /// The role and those that it includes, as the app is told them.
    pub fn included(&self, role: &RoleId) -> &[RoleId] {
        let held = self.roles.iter().position(|known| known == role);
        held.map_or(&[], |held| &self.roles[..=held])
    }

    fn first(&self, matches: impl Fn(&Rule) -> bool) -> Option<usize> {
        self.rules.iter().find(|rule| matches(rule))?.rank
    }
}

/// Whether a path lies under a prefix. `/admin/` means `/admin` too: servers that redirect one to the other, or take
/// them for the same, would otherwise be asked with the wrong role.
fn matches(prefix: &str, path: &str) -> bool {
    path.starts_with(prefix) || prefix.strip_suffix('/') == Some(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(access: &[(&str, &str)]) -> AccessRules {
        let roles: Vec<_> = ["viewer", "user", "admin"].map(|id| RoleId(id.to_owned())).into();
        let rule = |(path, role): &(&str, &str)| Rule {
            prefix: (*path).to_owned(),
            folded: path.to_ascii_lowercase(),
            rank: roles.iter().position(|known| known.0 == *role),
        };
        AccessRules { rules: access.iter().map(rule).collect(), roles: roles.clone() }
    }

    fn may(rules: &AccessRules, role: &str, path: &str) -> bool {
        rules.permit(&CleanPath::parse(path).unwrap(), &RoleId(role.to_owned()))
    }

    #[test]
    fn the_first_match_decides_and_later_roles_include_earlier_ones() {
        let rules =
            rules(&[("/admin/health", "viewer"), ("/admin/", "admin"), ("/api", "user"), ("/", "viewer")]);
        for (role, path, allowed) in [
            ("viewer", "/", true),
            ("viewer", "/admin/health", true),
            ("viewer", "/api", false),
            ("viewer", "/apix", false),
            ("user", "/api/files", true),
            ("user", "/admin/", false),
            ("user", "/admin", false),
            ("user", "/admin/users", false),
            ("user", "/administrators", true),
            ("admin", "/admin/users", true),
            ("admin", "/api/files", true),
            ("owner", "/", false),
        ] {
            assert_eq!(may(&rules, role, path), allowed, "{role} {path}");
        }
    }

    #[test]
    fn a_path_that_no_rule_matches_is_nobodys() {
        let rules = rules(&[("/app/", "viewer")]);
        assert!(may(&rules, "viewer", "/app/x"));
        assert!(!may(&rules, "admin", "/other"));
        assert!(!may(&rules, "admin", "/"));
    }

    #[test]
    fn no_spelling_of_a_restricted_path_gets_by_with_a_lesser_role() {
        let rules = rules(&[("/Admin/", "admin"), ("/", "user")]);
        for path in [
            "/Admin/x",
            "/admin/x",
            "/ADMIN",
            "//Admin/x",
            "/%41dmin/x",
            "/%2541dmin/x",
            "/Admin;a=b/x",
            "/;/Admin/x",
            "/%2fAdmin/x",
            "/Admin%2fx",
            "/Admin%5cx",
            "/Admin%3bx",
        ] {
            assert!(!may(&rules, "user", path), "{path}");
            assert!(may(&rules, "admin", path), "{path}");
        }
        assert!(may(&rules, "user", "/group%2Fproject"));
    }

    #[test]
    fn an_encoded_path_does_not_widen_what_a_role_may_see() {
        // As written it is under `/public/`, decoded it is under `/public/` too: yes. `/%70ublic/` as written is not.
        let rules = rules(&[("/public/", "viewer"), ("/", "admin")]);
        assert!(may(&rules, "viewer", "/public/a%20b"));
        assert!(!may(&rules, "viewer", "/%70ublic/a"));
    }

    #[test]
    fn an_app_is_told_the_role_with_all_that_it_includes() {
        let rules = rules(&[]);
        let told = |role: &str| {
            rules.included(&RoleId(role.to_owned())).iter().map(ToString::to_string).collect::<Vec<_>>()
        };
        assert_eq!(told("user"), ["viewer", "user"]);
        assert!(told("owner").is_empty());
    }
}
