//! What Empego documents, spoken over HTTP.
