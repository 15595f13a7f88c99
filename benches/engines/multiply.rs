//! Makes many rows of a few: copies with other ids, numbers and keys, in one statement for each table.

use super::fill;
use sqlx::{AssertSqlSafe, Connection, PgConnection, SqliteConnection};
use std::ops::Range;

/// A connection beside the store's.
pub enum Raw {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

/// How many patients a number of consultations has (`fill`).
const PER_PATIENT: usize = 5;

/// The number of a patient.
const OF_PATIENT: &str = "CAST(substr(o.id, 9) AS BIGINT)";

/// The columns of each table, and what is written into them. `{m}` is the number of the copy, `{id}`
/// the id of its consultation.
const PATIENTS: [(&str, &str); 6] = [
    ("id", "'patient-' || {m}"),
    ("site_id", "o.site_id"),
    ("first_name", "o.first_name"),
    ("last_name", "{last} || ' ' || {m}"),
    ("date_of_birth", "o.date_of_birth"),
    ("language", "o.language"),
];
const IDENTIFIERS: [(&str, &str); 5] = [
    ("site_id", "o.site_id"),
    ("kind", "o.kind"),
    ("key", "'F' || {m}"),
    ("patient_id", "'patient-' || {m}"),
    ("ordinal", "o.ordinal"),
];
const CONSULTATIONS: [(&str, &str); 15] = [
    ("id", "{id}"),
    ("site_id", "o.site_id"),
    ("request_id", "'request-' || {m}"),
    ("patient_id", "'patient-' || ({m} / 5)"),
    ("empego_key", "'empego-' || {m}"),
    ("created_at", "o.created_at"),
    ("created_by", "o.created_by"),
    ("state", "o.state"),
    ("delivery", "o.delivery"),
    ("expires_at", "o.expires_at"),
    ("requested_at", "o.requested_at"),
    ("status_id", "o.status_id"),
    ("reported_at", "o.reported_at"),
    ("confirmed_at", "o.confirmed_at"),
    ("due_on", "o.due_on"),
];
const LINKS: [(&str, &str); 3] =
    [("consultation_id", "{id}"), ("generation", "o.generation"), ("token_hash", "{hash}")];
const TIMELINE: [(&str, &str); 6] = [
    ("consultation_id", "{id}"),
    ("source", "o.source"),
    ("source_event_id", "o.source_event_id"),
    ("happened_at", "o.happened_at"),
    ("body", "o.body"),
    ("actor", "o.actor"),
];

impl Raw {
    pub async fn connect(url: &str) -> Self {
        match url.strip_prefix("sqlite://") {
            Some(file) => Self::Sqlite(SqliteConnection::connect(file).await.expect("a file")),
            None => Self::Postgres(PgConnection::connect(url).await.expect("a server")),
        }
    }

    pub async fn close(self) {
        match self {
            Self::Sqlite(raw) => raw.close().await.expect("it closes"),
            Self::Postgres(raw) => raw.close().await.expect("it closes"),
        }
    }

    async fn run(&mut self, sql: &str) {
        let sql = sqlx::raw_sql(AssertSqlSafe(sql));
        match self {
            Self::Sqlite(raw) => drop(sql.execute(raw).await.expect("it runs")),
            Self::Postgres(raw) => drop(sql.execute(raw).await.expect("it runs")),
        }
    }

    async fn number(&mut self, sql: &'static str) -> i64 {
        match self {
            Self::Sqlite(raw) => sqlx::query_scalar(sql).fetch_one(raw).await.expect("a number"),
            Self::Postgres(raw) => sqlx::query_scalar(sql).fetch_one(raw).await.expect("a number"),
        }
    }

    /// From `there` times the first `base` consultations to `wanted` times.
    pub async fn multiply(&mut self, base: usize, there: usize, wanted: usize) {
        if wanted > there {
            let patients = base.div_ceil(PER_PATIENT);
            let first = fill::id(base);
            let of_request = "CAST(substr(o.request_id, 9) AS BIGINT)";
            // These know the consultation by its id alone.
            let of_consultation = "(SELECT CAST(substr(c.request_id, 9) AS BIGINT)
                                    FROM consultations c WHERE c.id = o.consultation_id)";
            let of_owner = OF_PATIENT.replace("o.id", "o.patient_id");
            let linked = format!("o.consultation_id < '{first}'");
            for (table, columns, base, number, which) in [
                ("patients", &PATIENTS[..], patients, OF_PATIENT, "o.id LIKE 'patient-%'"),
                (
                    "patient_identifiers",
                    &IDENTIFIERS[..],
                    patients,
                    of_owner.as_str(),
                    "o.patient_id LIKE 'patient-%'",
                ),
                (
                    "consultations",
                    &CONSULTATIONS[..],
                    base,
                    of_request,
                    format!("o.id < '{first}'").as_str(),
                ),
                ("links", &LINKS[..], base, of_consultation, linked.as_str()),
                ("timeline", &TIMELINE[..], base, of_consultation, linked.as_str()),
            ] {
                let number = format!("SELECT o.*, {number} AS n FROM {table} o WHERE {which}");
                self.copy(table, columns, &number, base, there..wanted).await;
            }
            self.index(patients * there).await;
        }
        self.run("ANALYZE").await;
        if let Self::Postgres(_) = self {
            self.run("VACUUM").await;
        }
    }

    /// `numbered`: the rows that are copied, with the number `n` of each below `base`.
    async fn copy(
        &mut self,
        table: &str,
        columns: &[(&str, &str)],
        numbered: &str,
        base: usize,
        times: Range<usize>,
    ) {
        let names: Vec<&str> = columns.iter().map(|(name, _)| *name).collect();
        let values: Vec<&str> = columns.iter().map(|(_, value)| *value).collect();
        let (id, last, hash) = match self {
            Self::Sqlite(_) => (
                "'0190b5f0-0000-7000-8000-' || printf('%012x', {m})",
                "substr(o.last_name, 1, instr(o.last_name, ' ') - 1)",
                "randomblob(32)",
            ),
            Self::Postgres(_) => (
                "'0190b5f0-0000-7000-8000-' || lpad(to_hex({m}), 12, '0')",
                "split_part(o.last_name, ' ', 1)",
                "sha256(convert_to('link ' || {m}, 'UTF8'))",
            ),
        };
        let values = values
            .join(", ")
            .replace("{id}", id)
            .replace("{last}", last)
            .replace("{hash}", hash)
            .replace("{m}", &format!("(o.n + k.k * {base})"));
        let (first, last) = (times.start, times.end - 1);
        self.run(&format!(
            "WITH RECURSIVE k (k) AS (
                 SELECT CAST({first} AS BIGINT) UNION ALL SELECT k + 1 FROM k WHERE k < {last}
             ), o AS MATERIALIZED ({numbered})
             INSERT INTO {table} ({}) SELECT {values} FROM k CROSS JOIN o WHERE o.n < {base}",
            names.join(", ")
        ))
        .await;
    }

    /// Indexes the patients from this number on, by the words that the store would index.
    async fn index(&mut self, from: usize) {
        // PostgreSQL may evaluate conditions in any other order.
        let number = OF_PATIENT.replace("o.id", "p.id");
        let new = format!("CASE WHEN p.id LIKE 'patient-%' THEN {number} >= {from} END");
        let sql = match self {
            Self::Sqlite(_) => format!(
                "INSERT INTO patient_words (rowid, name, keys)
                 SELECT p.number, p.first_name || ' ' || p.last_name || ' '
                                  || replace(p.last_name, ' ', ''),
                        'F' || substr(p.id, 9)
                 FROM patients p WHERE {new}"
            ),
            Self::Postgres(_) => format!(
                "INSERT INTO patient_words (number, words)
                 SELECT p.number, (w.first || ':2A ' || w.last || ':3A ' || w.n || ':4A '
                                   || w.last || w.n || ':5A f' || w.n || ':7B')::tsvector
                 FROM patients p, LATERAL (SELECT
                     lower(translate(p.first_name, 'éÉ', 'ee')) AS first,
                     lower(translate(split_part(p.last_name, ' ', 1), 'ôé', 'oe')) AS last,
                     substr(p.id, 9) AS n) w
                 WHERE {new}"
            ),
        };
        self.run(&sql).await;
    }

    /// The size of the database.
    pub async fn bytes(&mut self) -> f64 {
        let bytes = match self {
            Self::Sqlite(_) => {
                self.number(
                    "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size",
                )
                .await
            }
            Self::Postgres(_) => self.number("SELECT pg_database_size(current_database())").await,
        };
        #[expect(clippy::cast_precision_loss, reason = "it is shown in megabytes")]
        let bytes = bytes as f64;
        bytes
    }

    /// Begins to count reads of whole tables, where the engine does.
    pub async fn count_scans(&mut self) {
        if let Self::Postgres(_) = self {
            self.run("SELECT pg_stat_reset()").await;
        }
    }

    /// Prints which tables were read from end to end, and how often.
    pub async fn print_scans(&mut self, engine: &str) {
        if let Self::Postgres(raw) = self {
            let scans: Vec<(String, i64)> = sqlx::query_as(
                "SELECT relname::text, seq_scan FROM pg_stat_user_tables
                 WHERE seq_scan > 0 AND n_live_tup + seq_tup_read > 1000 ORDER BY 1",
            )
            .fetch_all(raw)
            .await
            .expect("counts");
            eprintln!("{engine}: tables that were read from end to end: {scans:?}");
        }
    }
}

pub async fn create_database(server: &str, name: &str) {
    admin(server, &format!("CREATE DATABASE {name}")).await;
}

pub async fn drop_database(server: &str, name: &str) {
    admin(server, &format!("DROP DATABASE {name} WITH (FORCE)")).await;
}

async fn admin(server: &str, sql: &str) {
    let mut raw = PgConnection::connect(&format!("{server}/postgres")).await.expect("a server");
    sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut raw).await.expect("it runs");
    raw.close().await.expect("it closes");
}
