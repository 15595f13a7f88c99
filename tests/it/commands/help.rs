//! The help of every command.

use super::{command, run};
use std::path::Path;
use tempfile::TempDir;

const COMMANDS: [&[&str]; 26] = [
    &[],
    &["serve"],
    &["sandbox"],
    &["migrate"],
    &["staff"],
    &["staff", "add"],
    &["staff", "reset-password"],
    &["staff", "disable"],
    &["staff", "list"],
    &["audit"],
    &["audit", "verify"],
    &["audit", "export"],
    &["audit", "prune"],
    &["purge"],
    &["check"],
    &["settings"],
    &["profile"],
    &["profile", "show"],
    &["profile", "check"],
    &["profile", "accept-systems"],
    &["backup"],
    &["restore"],
    &["help", "serve"],
    &["help", "staff"],
    &["help", "staff", "add"],
    &["help", "restore"],
];

fn help(arguments: &[&str]) -> String {
    let folder = TempDir::new().expect("a folder");
    let mut arguments = arguments.to_vec();
    if arguments.first() != Some(&"help") {
        arguments.push("--help");
    }
    let output = run(&mut command(folder.path(), &arguments));
    assert!(output.status.success(), "{arguments:?}");
    String::from_utf8(output.stdout).expect("text")
}

#[test]
fn a_command_shows_its_own_flags_alone() {
    let mut text = String::new();
    for arguments in COMMANDS {
        let help = help(arguments);
        let serves = arguments.last() == Some(&"serve");
        assert_eq!(help.contains("--desk-addr"), serves, "{arguments:?}: {help}");
        text += &format!("$ empego-desk {}\n{help}\n", arguments.join(" "));
    }
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/snapshots/help.txt");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&file, &text).expect("it is written");
    }
    let kept = std::fs::read_to_string(&file).expect("the snapshot");
    assert_eq!(text, kept, "run this test once with UPDATE_DOCS=1");
}
