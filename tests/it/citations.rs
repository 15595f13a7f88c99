//! Every document that a source file cites is in the repository, and so is the section. A reader of
//! a clone has nothing else.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// What is searched, below the root.
const PLACES: [&str; 21] = [
    ".ci",
    ".env.example",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "Cargo.toml",
    "Containerfile",
    "Makefile",
    "README.md",
    "benches",
    "clippy.toml",
    "deny.toml",
    "docs",
    "end2end/support",
    "end2end/tests",
    "migrations",
    "packaging",
    "rust-toolchain.toml",
    "scripts",
    "src",
    "style",
    "tests",
];
/// Folders that are built, installed or written by a running desk.
const SKIPPED: [&str; 4] = ["target", "node_modules", "data", "site"];

/// A released migration keeps what it says: its checksum is in every database.
const RELEASED: [&str; 1] = ["migrations/sqlite/0007_events.sql"];

/// Citations of documents outside the repository. Each is put together here, so that this file does
/// not cite them.
const OUTSIDE: [&str; 3] =
    [concat!("design, ", "section"), concat!("design ", "§"), concat!("../", "shared")];

/// The folders that documents name files of.
const FOLDERS: [&str; 9] =
    ["benches", "docs", "end2end", "migrations", "packaging", "scripts", "src", "style", "tests"];

/// The document with sections that are cited by number.
const CONTRACT: &str = "docs/empego.md";

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The numbers of a document's headings: `10.3` of `### 10.3 Facts`.
fn sections(document: &str) -> BTreeSet<String> {
    let headings = document.lines().filter(|line| line.starts_with('#'));
    let number = |line: &str| {
        let first = line.trim_start_matches('#').split_whitespace().next()?;
        let number = first.trim_end_matches('.');
        number.starts_with(|c: char| c.is_ascii_digit()).then(|| number.to_owned())
    };
    headings.filter_map(number).collect()
}

/// A line as prose: without the marks of comments and of code around words.
fn prose(line: &str) -> String {
    let text = line.trim_start_matches([' ', '\t', '/', '!', '*', '#', '-', '>']);
    text.chars().filter(|c| *c != '`').collect::<String>().trim_end().to_owned()
}

/// The names of Markdown files in a line. Those of other hosts are left out.
fn documents(line: &str) -> Vec<&str> {
    let is_of_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '/' | '_' | '-');
    let ends = line.match_indices(".md").map(|(at, end)| (at, at + end.len()));
    ends.filter_map(|(at, end)| {
        let goes_on = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
        let begin = line[..at]
            .rfind(|c| !is_of_name(c))
            .map_or(0, |before| before + line[before..].chars().next().map_or(0, char::len_utf8));
        let is_elsewhere = line[..begin].ends_with(':') && line[begin..].starts_with("//");
        (begin < at && !line[end..].starts_with(goes_on) && !is_elsewhere)
            .then(|| &line[begin..end])
    })
    .collect()
}

/// The section of [`CONTRACT`] that a text cites right after its name.
fn section(after: &str) -> Option<&str> {
    let after = after.trim_start_matches([' ', ',']);
    let number = after.strip_prefix('§').or_else(|| after.strip_prefix("section "))?;
    let end = number.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(number.len());
    Some(number[..end].trim_end_matches('.'))
}

/// The files and folders of the repository that a document names between backticks. What stands for
/// several is left out.
fn paths(line: &str) -> impl Iterator<Item = &str> {
    let spans = line.split('`').skip(1).step_by(2);
    spans.filter(|span| {
        let (top, below) = span.split_once('/').unwrap_or_default();
        FOLDERS.contains(&top) && !below.contains(['<', '{', '*', ' ', '…'])
    })
}

/// Whether a text names an entry of an issue tracker by its number alone.
fn names_an_issue(line: &str) -> bool {
    line.match_indices("issue ").any(|(at, word)| {
        !line[..at].ends_with(|c: char| c.is_alphanumeric())
            && line[at + word.len()..].starts_with(|c: char| c.is_ascii_digit())
    })
}

/// What a document names and the repository does not have, with the number of the line.
fn missing(document: &str) -> Vec<(usize, String)> {
    let lines = document.lines().enumerate();
    let all = lines.flat_map(|(index, line)| paths(line).map(move |path| (index + 1, path)));
    let gone = all.filter(|(_, path)| !root().join(path).exists());
    gone.map(|(line, path)| (line, path.to_owned())).collect()
}

/// What a file in `folder` cites and a reader cannot find, with the number of the line.
fn unknown(text: &str, folder: &Path, contract: &BTreeSet<String>) -> Vec<(usize, String)> {
    let lines: Vec<&str> = text.lines().collect();
    let mut found = Vec::new();
    for (index, line) in lines.iter().enumerate() {
        let mut add = |what: String| found.push((index + 1, what));
        for name in documents(line) {
            let places = [root().join(name), folder.join(name), root().join("docs").join(name)];
            if !places.iter().any(|place| place.is_file()) {
                add(name.to_owned());
            }
        }
        // A citation may go on in the next line.
        let here = prose(line);
        let both = format!("{here} {}", lines.get(index + 1).map_or(String::new(), |l| prose(l)));
        for phrase in OUTSIDE {
            let lower = both.to_lowercase();
            if lower.match_indices(phrase).any(|(at, _)| at < here.len()) {
                add(phrase.to_owned());
            }
        }
        for (at, name) in both.match_indices(CONTRACT).filter(|(at, _)| *at < here.len()) {
            if let Some(number) = section(&both[at + name.len()..])
                && !contract.contains(number)
            {
                add(format!("{CONTRACT} §{number}"));
            }
        }
        if names_an_issue(&here) {
            add("an issue by its number".to_owned());
        }
    }
    found
}

/// Every text file at or below a place, and what is wrong in it.
fn search(place: &Path, contract: &BTreeSet<String>, wrong: &mut Vec<String>) -> usize {
    if place.is_dir() {
        let name = place.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if SKIPPED.contains(&name) {
            return 0;
        }
        let entries = fs::read_dir(place).expect("a folder");
        return entries
            .map(|entry| search(&entry.expect("an entry").path(), contract, wrong))
            .sum();
    }
    let bytes = fs::read(place).unwrap_or_else(|error| panic!("{}: {error}", place.display()));
    // Pictures cite nothing.
    let Ok(text) = String::from_utf8(bytes) else { return 0 };
    let path = place.strip_prefix(root()).unwrap_or(place);
    if RELEASED.iter().any(|released| path == Path::new(released)) {
        return 0;
    }
    let mut found = unknown(&text, place.parent().unwrap_or(root()), contract);
    if path.extension().is_some_and(|extension| extension == "md") {
        found.extend(missing(&text));
    }
    wrong
        .extend(found.into_iter().map(|(line, what)| format!("{}:{line}: {what}", path.display())));
    1
}

fn contract() -> BTreeSet<String> {
    sections(&fs::read_to_string(root().join(CONTRACT)).expect(CONTRACT))
}

#[test]
fn everything_that_is_cited_is_in_the_repository() {
    let (contract, mut wrong) = (contract(), Vec::new());
    let files: usize =
        PLACES.iter().map(|place| search(&root().join(place), &contract, &mut wrong)).sum();
    assert!(files > 300, "only {files} files were searched");
    wrong.sort();
    assert!(wrong.is_empty(), "cited and not in the repository:\n{}", wrong.join("\n"));
}

#[test]
fn what_is_not_there_is_found() {
    let (folder, contract) = (root().join("src"), contract());
    let outside = |end: &str| format!("/// As it says ({end}");
    for (planted, lines) in [
        (format!("// See `nowhere{}`.", ".md"), vec![1]),
        (format!("//! docs/nowhere{} has it, and docs/security.md.", ".md"), vec![1]),
        (format!("[text](../nowhere{}#anchor)", ".md"), vec![1]),
        (outside(&format!("{} 2).", OUTSIDE[0])), vec![1]),
        (outside("design,\n/// section 12), and more."), vec![1]),
        (format!("\n{} 4", OUTSIDE[1]), vec![2]),
        (format!("# as in `{}notes`", OUTSIDE[2]), vec![1]),
        (format!("-- ({}, 3)", concat!("issue", " 2")), vec![1]),
        (format!("// `{CONTRACT}` §77"), vec![1]),
        (format!("/// (`{CONTRACT}`\n    /// §10.99)"), vec![1]),
        // What is there.
        (format!("// `{CONTRACT}` §10.3 a, section 12"), vec![]),
        ("/// (`docs/empego.md`, section 6.1).".to_owned(), vec![]),
        ("// README.md, security.md, ../README.md, RFC 9110 §6.6.1".to_owned(), vec![]),
        ("// https://example.com/nowhere.md is of another host".to_owned(), vec![]),
        ("x.md5 .md *.md the issue is 2".to_owned(), vec![]),
    ] {
        let found = unknown(&planted, &folder, &contract);
        assert_eq!(found.iter().map(|(line, _)| *line).collect::<Vec<_>>(), lines, "{planted}");
    }
    let document = "`src/lib.rs`, `src/nowhere.rs`\n`src/{a,b}.rs` `src/<a>.rs` `scripts/nothing`";
    let gone = [(1, "src/nowhere.rs".to_owned()), (2, "scripts/nothing".to_owned())];
    assert_eq!(missing(document), gone);
    for name in ["peers", "style", "empego-api"] {
        let document = format!("{name}.md");
        let found = unknown(&format!("// `{document}` §1"), &folder, &contract);
        assert_eq!(found, [(1, document)]);
    }
}
