//! `DATABASE_URL`.

use super::parse::Problems;
use std::net::IpAddr;
use url::Url;

const NAME: &str = "DATABASE_URL";

impl Problems {
    /// The URL is not repeated in a problem: it can have a password in it.
    pub(super) fn database_url(&mut self, text: &str, production: bool) -> String {
        let on_a_server = ["postgres://", "postgresql://"].iter().any(|it| text.starts_with(it));
        if on_a_server && production {
            self.must_be_protected(text);
        } else if !on_a_server && !text.starts_with("sqlite://") {
            self.add(NAME, "begins with neither sqlite:// nor postgres://");
        }
        text.to_owned()
    }

    /// Records of patients go over the connection. One that leaves the machine is encrypted and
    /// goes to the server that is meant, or the operator has said that it need not.
    fn must_be_protected(&mut self, text: &str) {
        let Ok(url) = Url::parse(text) else { return self.add(NAME, "cannot be read") };
        let last = |names: &[&str]| {
            let values = url.query_pairs().filter(|(name, _)| names.contains(&&**name));
            values.last().map(|(_, value)| value.into_owned())
        };
        let host = last(&["host", "hostaddr"]).or_else(|| url.host_str().map(str::to_owned));
        if host.is_none_or(|host| is_here(&host)) {
            return;
        }
        match last(&["sslmode", "ssl-mode"]).as_deref() {
            Some("verify-full" | "verify-ca") => {}
            Some(mode) => self.warn(
                NAME,
                &format!(
                    "with sslmode={mode} others on the network can read the records, or pretend to \
                     be the database; sslmode=verify-full prevents that"
                ),
            ),
            None => self.add(
                NAME,
                "has no sslmode: production needs sslmode=verify-full (with sslrootcert, where the \
                 authority is your own), or another one that is written down, such as \
                 sslmode=disable on a network that nothing else is in",
            ),
        }
    }
}

/// Whether a host is this machine, or a folder of Unix sockets.
fn is_here(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    host.is_empty()
        || host == "localhost"
        || host.starts_with('/')
        || host.to_ascii_lowercase().starts_with("%2f")
        || address.is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The problem or, after "warning: ", the warning in production.
    fn said(url: &str) -> String {
        let mut problems = Problems::default();
        problems.database_url(url, true);
        let warning = problems.warnings.pop().map(|warning| format!("warning: {warning}"));
        let found = problems.into_result(()).err().and_then(|mut found| found.pop());
        found.or(warning).unwrap_or_default()
    }

    #[test]
    fn a_connection_that_leaves_the_machine_is_protected_or_somebody_said_that_it_need_not() {
        let password = "hunter2";
        for (rest, expected) in [
            ("db.example/desk", "DATABASE_URL: has no sslmode"),
            ("db.example/desk?sslrootcert=/ca.pem", "DATABASE_URL: has no sslmode"),
            ("192.0.2.1:5432/desk", "DATABASE_URL: has no sslmode"),
            ("/desk?host=db.example", "DATABASE_URL: has no sslmode"),
            ("localhost/desk?host=db.example", "DATABASE_URL: has no sslmode"),
            ("db.example/desk?sslmode=verify-full&sslrootcert=/ca.pem", ""),
            ("db.example/desk?sslmode=verify-ca", ""),
            ("db.example/desk?sslmode=require", "warning: DATABASE_URL: with sslmode=require"),
            ("db.example/desk?sslmode=disable", "warning: DATABASE_URL: with sslmode=disable"),
            ("localhost/desk", ""),
            ("127.0.0.1:5432/desk", ""),
            ("[::1]/desk", ""),
            ("%2Fvar%2Frun%2Fpostgresql/desk", ""),
            ("/desk?host=/var/run/postgresql", ""),
        ] {
            let user = if rest.starts_with('/') { "" } else { "desk:hunter2@" };
            let said = said(&format!("postgres://{user}{rest}"));
            assert!(said.starts_with(expected) && said.is_empty() == expected.is_empty(), "{said}");
            assert!(!said.contains(password), "{said}");
        }
    }

    #[test]
    fn development_takes_any() {
        let mut problems = Problems::default();
        problems.database_url("postgres://desk@db.example/desk", false);
        assert!(problems.warnings.is_empty() && problems.into_result(()).is_ok());
    }
}
