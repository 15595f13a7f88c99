//! What is wrong with a connection that was to be encrypted, in words for an operator.

use rustls::{CertificateError, Error};

/// `None` = the error is another one.
pub(in crate::store) fn problem(error: &sqlx::Error) -> Option<String> {
    match error {
        sqlx::Error::Tls(error) => Some(match error.downcast_ref::<Error>() {
            Some(error) => sentence(error),
            None => error.to_string(),
        }),
        // What fails in the handshake comes as a failure to read.
        sqlx::Error::Io(error) => error.get_ref()?.downcast_ref::<Error>().map(sentence),
        _ => None,
    }
}

fn sentence(error: &Error) -> String {
    use CertificateError as Bad;
    let Error::InvalidCertificate(bad) = error else { return error.to_string() };
    match bad {
        Bad::Expired | Bad::ExpiredContext { .. } => {
            "the certificate of the server has expired".to_owned()
        }
        Bad::NotValidYet | Bad::NotValidYetContext { .. } => {
            "the certificate of the server is not valid yet".to_owned()
        }
        Bad::UnknownIssuer => {
            "the certificate of the server is not of an authority that is trusted here".to_owned()
        }
        Bad::NotValidForNameContext { expected, .. } => {
            format!("the certificate of the server is not for {}", expected.to_str())
        }
        Bad::NotValidForName => "the certificate of the server is for another host".to_owned(),
        other => format!("the certificate of the server is not valid: {other}"),
    }
}
