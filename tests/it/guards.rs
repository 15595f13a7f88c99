//! The schema of PostgreSQL, which guards the audit log, after another account had its way with it.

use crate::database::Server;
use empego_desk::store;

async fn differences(url: &str) -> Vec<String> {
    let database = store::maintenance(url).expect("a URL");
    database.schema_differences().await.expect("it is compared")
}

#[tokio::test]
async fn what_guards_the_log_is_compared_with_what_the_migrations_make() {
    let server = Server::start().await;
    let url = server.database("desk").await;
    store::open(&url).await.expect("it opens").close().await;
    assert_eq!(differences(&url).await, [] as [&str; 0]);
    for (change, back, said) in [
        (
            "ALTER TABLE audit DISABLE TRIGGER audit_keeps_its_rows",
            "ALTER TABLE audit ENABLE TRIGGER audit_keeps_its_rows",
            "trigger audit_keeps_its_rows of audit is another one",
        ),
        (
            "ALTER TABLE timeline ADD COLUMN more TEXT",
            "ALTER TABLE timeline DROP COLUMN more",
            "table timeline, column more is foreign",
        ),
        (
            "CREATE RULE quiet AS ON DELETE TO audit DO INSTEAD NOTHING",
            "DROP RULE quiet ON audit",
            "rule quiet of audit is foreign",
        ),
        (
            "ALTER TABLE audit ALTER detail DROP NOT NULL",
            "ALTER TABLE audit ALTER detail SET NOT NULL",
            "table audit, column detail is another one",
        ),
        (
            "DROP INDEX audit_by_site",
            "CREATE INDEX audit_by_site ON audit (site_id, number)",
            "index audit_by_site is missing",
        ),
    ] {
        server.run("desk", &[change]).await;
        assert_eq!(differences(&url).await, [said], "{change}");
        server.run("desk", &[back]).await;
        assert_eq!(differences(&url).await, [] as [&str; 0], "{back}");
    }
    server
        .run(
            "desk",
            &["CREATE OR REPLACE FUNCTION audit_keeps_its_rows() RETURNS trigger
               LANGUAGE plpgsql AS $$ BEGIN RETURN OLD; END $$"],
        )
        .await;
    let said = differences(&url).await;
    assert_eq!(said, ["function audit_keeps_its_rows is another one"]);
}
