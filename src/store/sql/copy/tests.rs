use super::{GUARDED, NOT_COPIED, SINGLE, TABLES};
use std::collections::BTreeSet;
use std::path::Path;

/// The tables that the migrations of an engine leave behind.
fn tables(engine: &str) -> BTreeSet<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations").join(engine);
    let mut files: Vec<_> =
        folder.read_dir().expect("a folder").map(|file| file.expect("a file").path()).collect();
    files.sort();
    let mut tables = BTreeSet::new();
    for file in files {
        let text = std::fs::read_to_string(file).expect("text");
        for line in text.lines() {
            let name =
                |rest: &str| rest.split([' ', '(', ';']).next().unwrap_or_default().to_owned();
            let created = ["CREATE TABLE ", "CREATE VIRTUAL TABLE "];
            if let Some(rest) = created.iter().find_map(|words| line.strip_prefix(words)) {
                assert!(tables.insert(name(rest)), "{line}: it is there already");
            } else if let Some(rest) = line.strip_prefix("DROP TABLE ") {
                assert!(tables.remove(&name(rest)), "{line}: there is none");
            }
        }
    }
    tables
}

#[test]
fn every_table_of_the_schema_is_copied_or_named_as_one_that_is_not() {
    let copied = TABLES.iter().map(|table| table.name).chain(SINGLE).chain(GUARDED);
    let all: Vec<String> = copied.chain(NOT_COPIED).map(str::to_owned).collect();
    let named: BTreeSet<String> = all.iter().cloned().collect();
    assert_eq!(named.len(), all.len(), "each once");
    for engine in ["sqlite", "postgres"] {
        assert_eq!(tables(engine), named, "{engine}");
    }
}
