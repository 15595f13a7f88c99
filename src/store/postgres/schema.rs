//! The whole schema of a database, compared with what its migrations make.

use super::MIGRATIONS;
use crate::store::Result;
use sqlx::postgres::PgConnection;
use sqlx::{Connection, Postgres, Transaction};
use std::collections::{BTreeMap, BTreeSet};

/// Where the expected schema is made. No commit ever has it.
const EXPECTED: &str = "desk_expected";

/// What a schema has, by its names: columns, indexes, constraints, triggers and their functions,
/// rules. A trigger that is switched off has another definition. The list of migrations is sqlx's.
const OBJECTS: &str = "
    SELECT 'table ' || c.relname || ', column ' || a.attname,
           concat_ws(' ', format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity::text,
                     o.collname, pg_get_expr(d.adbin, d.adrelid))
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
        AND NOT a.attisdropped
    LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
    LEFT JOIN pg_collation o ON o.oid = a.attcollation
    WHERE c.relnamespace = $1::regnamespace AND c.relkind IN ('r', 'p')
        AND c.relname <> '_sqlx_migrations'
    UNION ALL
    SELECT 'index ' || indexname, indexdef FROM pg_indexes
    WHERE schemaname = $1 AND tablename <> '_sqlx_migrations'
    UNION ALL
    SELECT 'constraint ' || r.conname || ' of ' || c.relname, pg_get_constraintdef(r.oid)
    FROM pg_constraint r JOIN pg_class c ON c.oid = r.conrelid
    WHERE r.connamespace = $1::regnamespace AND c.relname <> '_sqlx_migrations'
    UNION ALL
    SELECT 'trigger ' || t.tgname || ' of ' || c.relname,
           pg_get_triggerdef(t.oid) || ' ' || t.tgenabled::text
    FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
    WHERE c.relnamespace = $1::regnamespace AND NOT t.tgisinternal
    UNION ALL
    SELECT 'function ' || p.proname, pg_get_functiondef(p.oid)
    FROM pg_proc p JOIN pg_trigger t ON t.tgfoid = p.oid
    WHERE p.pronamespace = $1::regnamespace AND NOT t.tgisinternal
    UNION ALL
    SELECT 'rule ' || rulename || ' of ' || tablename, definition FROM pg_rules
    WHERE schemaname = $1";

type Objects = BTreeMap<String, String>;

/// What differs, object by object, as sentences. A trigger more could undo what the desk writes,
/// and one less lets rows of the audit log go. What the migrations make is made in a schema of its
/// own, in a transaction that is rolled back.
pub(super) async fn differences(connection: &mut PgConnection) -> Result<Vec<String>> {
    let applied: Vec<(i64, bool)> =
        sqlx::query_as("SELECT version, success FROM _sqlx_migrations ORDER BY version")
            .fetch_all(&mut *connection)
            .await?;
    let wanted: Vec<(i64, bool)> =
        MIGRATIONS.iter().map(|migration| (migration.version, true)).take(applied.len()).collect();
    if applied != wanted {
        return Ok(vec!["its migrations are not complete".to_owned()]);
    }
    let own: String =
        sqlx::query_scalar("SELECT current_schema()::text").fetch_one(&mut *connection).await?;
    let mut tx = connection.begin().await?;
    let found = objects(&mut tx, &own).await?;
    let may: bool =
        sqlx::query_scalar("SELECT has_database_privilege(current_database(), 'CREATE')")
            .fetch_one(&mut *tx)
            .await?;
    if !may {
        let why = "it cannot be compared: the account of the desk needs CREATE on the database";
        return Ok(vec![why.to_owned()]);
    }
    sqlx::raw_sql("CREATE SCHEMA desk_expected; SET LOCAL search_path = desk_expected")
        .execute(&mut *tx)
        .await?;
    for migration in MIGRATIONS.iter().take(applied.len()) {
        sqlx::raw_sql(migration.sql.clone()).execute(&mut *tx).await?;
    }
    let expected = objects(&mut tx, EXPECTED).await?;
    tx.rollback().await?;
    let difference = |name: &String| match (found.get(name), expected.get(name)) {
        (Some(is), Some(wanted)) if is == wanted => None,
        (Some(_), Some(_)) => Some(format!("{name} is another one")),
        (Some(_), None) => Some(format!("{name} is foreign")),
        _ => Some(format!("{name} is missing")),
    };
    let all: BTreeSet<&String> = found.keys().chain(expected.keys()).collect();
    Ok(all.into_iter().filter_map(difference).collect())
}

/// The objects of a schema, with definitions that do not name it.
async fn objects(tx: &mut Transaction<'_, Postgres>, schema: &str) -> Result<Objects> {
    let quoted: String =
        sqlx::query_scalar("SELECT quote_ident($1)").bind(schema).fetch_one(&mut **tx).await?;
    let objects: Vec<(String, String)> =
        sqlx::query_as(OBJECTS).bind(schema).fetch_all(&mut **tx).await?;
    let (in_names, as_text) = (format!("{quoted}."), format!("'{schema}'"));
    let plain = |text: String| text.replace(&in_names, "").replace(&as_text, "''");
    Ok(objects.into_iter().map(|(name, definition)| (name, plain(definition))).collect())
}
