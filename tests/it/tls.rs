//! Connections to a PostgreSQL server that shows a certificate.

use crate::commands::{command, error, run};
use crate::database::Server;
use empego_desk::store::{self, StoreError};
use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, IsCa, Issuer, KeyPair,
    date_time_ymd,
};
use tempfile::TempDir;

/// Who signs certificates.
struct Authority {
    issuer: Issuer<'static, KeyPair>,
    pem: String,
}

fn named(name: &str) -> DistinguishedName {
    let mut named = DistinguishedName::new();
    named.push(DnType::CommonName, name);
    named
}

impl Authority {
    fn new(name: &str) -> Self {
        let key = KeyPair::generate().expect("a key");
        let mut params = CertificateParams::default();
        params.distinguished_name = named(name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let pem = params.self_signed(&key).expect("a certificate").pem();
        Self { issuer: Issuer::new(params, key), pem }
    }

    /// The certificate of a host until the end of a year, and its key.
    fn sign(&self, host: &str, until: i32) -> (String, String) {
        let key = KeyPair::generate().expect("a key");
        let mut params = CertificateParams::new([host.to_owned()]).expect("a host");
        params.distinguished_name = named(host);
        params.not_after = date_time_ymd(until, 12, 31);
        let certificate = params.signed_by(&key, &self.issuer).expect("it is signed");
        (certificate.pem(), key.serialize_pem())
    }
}

/// Lets a server show another certificate from now on.
async fn show(server: &Server, (certificate, key): (String, String)) {
    let write = |text: &str, file: &str| {
        format!("COPY (SELECT '{text}') TO PROGRAM 'umask 077; printf %b \"$(cat)\" > {file}'")
    };
    server
        .run(
            "postgres",
            &[
                &write(&certificate, "server.crt"),
                &write(&key, "server.key"),
                "ALTER SYSTEM SET ssl = on",
                "SELECT pg_reload_conf()",
            ],
        )
        .await;
}

/// Opens a database. Waits until the server shows the certificate that it was given last: it reads
/// it some time after it was told to.
async fn opened(url: &str, expected: Option<&str>) {
    let mut last = String::new();
    for _ in 0..200 {
        last = match store::open(url).await {
            Ok(store) => {
                store.close().await;
                "it is open".to_owned()
            }
            Err(error @ StoreError::Tls(_)) => error.to_string(),
            Err(other) => format!("{other:?}"),
        };
        if last.contains(expected.unwrap_or("it is open")) {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("{expected:?} was expected: {last}");
}

#[tokio::test]
async fn a_certificate_is_checked_and_what_is_wrong_with_it_is_said() {
    const PASSWORD: &str = "hunter2-secret";
    let server = Server::start().await;
    server.database("desk").await;
    let folder = TempDir::new().expect("a folder");
    let (ours, theirs) = (Authority::new("ours"), Authority::new("theirs"));
    let file = |name: &str, pem: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, pem).expect("it writes");
        path.display().to_string()
    };
    let (right, other) = (file("ours.pem", &ours.pem), file("theirs.pem", &theirs.pem));
    let port = server.url.rsplit(':').next().expect("a port").to_owned();
    let url = |host: &str, mode: &str, authority: &str| {
        format!(
            "postgres://postgres:{PASSWORD}@{host}:{port}/desk?sslmode={mode}&sslrootcert={authority}"
        )
    };
    let full = url("localhost", "verify-full", &right);
    let command_says = |url: &str, expected: &str| {
        let output = run(command(folder.path(), &["migrate"]).env("DATABASE_URL", url));
        let said = error(&output);
        assert_eq!(output.status.code(), Some(1), "{said}");
        assert!(said.contains(expected) && !said.contains(PASSWORD), "{said}");
        assert!(said.contains("DATABASE_URL") || said.contains("sslrootcert"), "{said}");
    };

    opened(&full, Some("server does not support TLS")).await;
    show(&server, ours.sign("localhost", 2099)).await;
    opened(&full, None).await;
    opened(&url("localhost", "verify-ca", &right), None).await;
    let strange = url("localhost", "verify-full", &other);
    opened(&strange, Some("is not of an authority that is trusted here")).await;
    command_says(&strange, "is not of an authority that is trusted here");
    opened(&url("localhost", "require", &other), None).await;
    let address = url("127.0.0.1", "verify-full", &right);
    opened(&address, Some("the certificate of the server is not for 127.0.0.1")).await;
    command_says(&address, "the certificate of the server is not for 127.0.0.1");
    opened(&url("127.0.0.1", "verify-ca", &right), None).await;

    show(&server, ours.sign("localhost", 2020)).await;
    opened(&full, Some("the certificate of the server has expired")).await;
    command_says(&full, "the certificate of the server has expired");
    show(&server, theirs.sign("localhost", 2099)).await;
    opened(&full, Some("is not of an authority that is trusted here")).await;

    let missing = url("localhost", "verify-full", "/none/ca.pem");
    command_says(&missing, "sslrootcert names /none/ca.pem, which cannot be read");
}
