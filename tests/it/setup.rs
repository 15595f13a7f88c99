//! The decisions of `scripts/setup`: what it takes from the machine, what it installs, and what it
//! says when it can do neither. Every program that it calls is a stand-in (`setup/stage.rs`).

mod stage;

use stage::{Stage, repository, value};
use std::fs;

const ADD_TARGET: &str = "rustup target add wasm32-unknown-unknown";

#[test]
fn rustup_adds_the_browser_target_where_it_can() {
    let stage = Stage::new();
    let run = stage.run("build");
    run.expect(0);
    assert_eq!(run.calls_of("rustup"), [ADD_TARGET]);
    assert!(run.calls_of("apt-get").is_empty(), "{:?}", run.calls);
    assert_eq!(run.calls_of("npm in"), ["npm in repository"]);
    let version = value(&repository("scripts/env"), "WASM_BINDGEN_VERSION=").to_owned();
    let installs = run.calls_of("cargo install");
    assert_eq!(installs.len(), 1, "{installs:?}");
    assert!(installs[0].contains(&format!("--version ={version}")), "{installs:?}");
    assert!(installs[0].ends_with(" wasm-bindgen-cli"), "{installs:?}");
    assert!(!stage.path("tools/debian-toolchain").exists());
}

#[test]
fn a_target_that_is_there_is_not_added() {
    let stage = Stage::new();
    let library = stage.path("sysroot/lib/rustlib/wasm32-unknown-unknown/lib");
    fs::create_dir_all(&library).expect("a folder");
    fs::write(library.join("libstd-1.rlib"), "").expect("a library");
    let run = stage.run("build");
    run.expect(0);
    assert!(run.calls_of("rustup").is_empty(), "{:?}", run.calls);
}

#[test]
fn the_toolchain_of_debian_is_taken_where_rustup_cannot_add_the_target() {
    for (rustup, seconds) in [("exit 1", "60"), ("sleep 60; touch \"$stage/waited\"", "1")] {
        let stage = Stage::new();
        if rustup.contains("sleep") && !stage.path("bin/timeout").exists() {
            continue;
        }
        stage.program("rustup", rustup);
        let run = stage.run_with("build", &[("DESK_RUSTUP_TIMEOUT", seconds)]);
        assert!(!stage.path("waited").exists(), "rustup is waited for without a bound");
        run.expect(0);
        assert_eq!(run.calls_of("rustup"), [ADD_TARGET]);
        for package in ["rustc-web", "cargo-web", "rust-web-src"] {
            assert!(run.packages().contains(&package), "{package}: {:?}", run.calls);
        }
        assert!(stage.path("tools/debian-toolchain").exists());
        // The packages have no standard library for the browser: it is built once.
        assert_eq!(run.calls_of("cargo build").len(), 1, "{:?}", run.calls);
        let library = "debian-sysroot/lib/rustlib/wasm32-unknown-unknown/lib";
        assert!(stage.path(library).join("libstd-1.rlib").exists());
        assert!(!stage.path(library).join("libstd_for_wasm-1.rlib").exists());
        let again = stage.run("build");
        again.expect(0);
        assert!(again.calls.is_empty(), "{:?}", again.calls);
    }
}

#[test]
fn packages_are_installed_through_sudo_by_another_user_than_root() {
    let stage = Stage::new();
    stage.without(&["rustup"]);
    stage.program("id", "echo 1000");
    let run = stage.run("build");
    run.expect(0);
    assert!(!run.packages().is_empty(), "{:?}", run.calls);
    assert_eq!(run.calls_of("sudo env ").len(), run.calls_of("apt-get install").len());
}

#[test]
fn what_is_missing_is_named_in_one_line_for_three_package_managers() {
    let no_rust = ["rustup", "rustc", "cargo"].as_slice();
    let all = ["rustup", "rustc", "cargo", "node", "npm", "cc"].as_slice();
    for (missing, apt, dnf, brew) in [
        (no_rust, "rustup", "rustup", "rustup"),
        (all, "nodejs npm gcc rustup", "nodejs npm gcc rustup", "node gcc rustup"),
    ] {
        let stage = Stage::new();
        stage.without(missing);
        stage.without(&["apt-get", "dpkg-query", "sudo"]);
        let run = stage.run("build");
        run.expect(1);
        let [line] = run.said.as_slice() else { panic!("{:?}", run.said) };
        let advice = format!("apt-get install {apt} | dnf install {dnf} | brew install {brew}");
        assert!(line.ends_with(&advice), "{line}");
        assert!(run.calls.is_empty(), "{:?}", run.calls);
    }
}

#[test]
fn a_user_who_may_not_install_is_told_what_to_install() {
    let stage = Stage::new();
    stage.without(&["rustup", "rustc", "cargo", "sudo"]);
    stage.program("id", "echo 1000");
    let run = stage.run("build");
    run.expect(1);
    assert!(run.said.last().is_some_and(|line| line.contains("dnf install")), "{:?}", run.said);
    assert!(run.calls.is_empty(), "{:?}", run.calls);
}

#[test]
fn an_old_compiler_of_rustup_is_to_be_updated() {
    let stage = Stage::new();
    stage.without(&["apt-get"]);
    stage.write("rust-version", "1.60");
    let run = stage.run("build");
    run.expect(1);
    let [line] = run.said.as_slice() else { panic!("{:?}", run.said) };
    assert!(line.contains("rustup update stable"), "{line}");
    assert!(run.calls.is_empty(), "{:?}", run.calls);
}

#[test]
fn a_browser_that_the_machine_has_is_used() {
    for browser in ["chromium", "google-chrome", "CHROMIUM"] {
        let stage = Stage::new();
        let variables = if browser == "CHROMIUM" {
            [("CHROMIUM", "/opt/a browser")].as_slice()
        } else {
            stage.program(browser, "");
            &[]
        };
        let run = stage.run_with("test", variables);
        run.expect(0);
        assert_eq!(run.packages(), ["postgresql"], "{browser}: {:?}", run.calls);
    }
}

#[test]
fn a_postgresql_that_the_machine_has_is_used() {
    let stage = Stage::new();
    let folder = stage.path("elsewhere");
    fs::create_dir_all(&folder).expect("a folder");
    fs::rename(stage.path("bin/sudo"), folder.join("postgres")).expect("a program");
    let folder = folder.display().to_string();
    let run = stage.run_with("test", &[("POSTGRES_BIN", &folder), ("CHROMIUM", "/opt/a browser")]);
    run.expect(0);
    assert!(run.packages().is_empty(), "{:?}", run.calls);
    let stage = Stage::new();
    stage.program("postgres", "");
    let run = stage.run_with("test", &[("CHROMIUM", "/opt/a browser")]);
    run.expect(0);
    assert!(run.packages().is_empty(), "{:?}", run.calls);
}

#[test]
fn programs_of_the_tests_are_installed_or_named() {
    let stage = Stage::new();
    stage.without(&["pdftotext"]);
    let run = stage.run("test");
    run.expect(0);
    assert_eq!(run.packages(), ["chromium", "postgresql", "poppler-utils"], "{:?}", run.calls);
    assert_eq!(run.calls_of("pip install").len(), 2, "{:?}", run.calls);

    let stage = Stage::new();
    stage.without(&["pdftotext", "apt-get"]);
    let run = stage.run("test");
    run.expect(1);
    let lines: Vec<_> = run.said.iter().filter(|line| line.contains("missing: ")).collect();
    let [line] = lines.as_slice() else { panic!("{:?}", run.said) };
    for part in [
        "apt-get install chromium postgresql poppler-utils |",
        "dnf install chromium postgresql-server poppler-utils |",
        "brew install --cask chromium postgresql poppler",
    ] {
        assert!(line.contains(part), "{part}: {line}");
    }
}

#[test]
fn a_second_run_calls_nothing() {
    for goal in ["build", "dev", "test", "lint", "bench", "packaging", "release"] {
        let stage = Stage::new();
        let first = stage.run(goal);
        first.expect(0);
        assert!(!first.calls.is_empty());
        let second = stage.run(goal);
        second.expect(0);
        assert!(second.calls.is_empty(), "{goal}: {:?}", second.calls);
        assert!(second.said.is_empty(), "{goal}: {:?}", second.said);
    }
}

#[test]
fn a_tool_of_the_right_version_on_the_path_is_used() {
    let version = value(&repository("scripts/env"), "WASM_BINDGEN_VERSION=").to_owned();
    for (shown, installs) in [(version.as_str(), 0), ("0.2.1", 1)] {
        let stage = Stage::new();
        stage.program("wasm-bindgen", &format!("echo wasm-bindgen {shown}"));
        let run = stage.run("build");
        run.expect(0);
        assert_eq!(run.calls_of("cargo install").len(), installs, "{shown}: {:?}", run.calls);
    }
}

#[test]
fn a_tool_that_another_checkout_replaced_is_installed_again() {
    let stage = Stage::new();
    stage.run("build").expect(0);
    let tool = stage.path("tools/bin/wasm-bindgen");
    fs::write(tool, "#!/bin/sh\necho wasm-bindgen 0.2.1\n").expect("another version");
    let run = stage.run("build");
    run.expect(0);
    assert_eq!(run.calls_of("cargo install").len(), 1, "{:?}", run.calls);
    assert!(stage.run("build").calls.is_empty());
}

#[test]
fn the_lists_of_packages_are_updated_once_in_each_run_that_installs() {
    let stage = Stage::new();
    for _ in 0..2 {
        let run = stage.run("test");
        run.expect(0);
        assert_eq!(run.packages(), ["chromium", "postgresql"]);
        assert_eq!(run.calls_of("apt-get update").len(), 1, "{:?}", run.calls);
        stage.without(&["chromium"]);
        for name in
            ["packages/chromium", "packages/postgresql", "usr/lib/postgresql/17/bin/postgres"]
        {
            fs::remove_file(stage.path(name)).expect(name);
        }
    }
}

#[test]
fn cargo_leptos_is_for_make_dev_alone() {
    for (goal, tool) in [("dev", "cargo-leptos"), ("lint", "cargo-deny")] {
        let run = Stage::new().run(goal);
        run.expect(0);
        assert_eq!(run.calls_of("cargo install").len(), 2, "{:?}", run.calls);
        assert!(run.calls_of("cargo install")[1].ends_with(&format!(" {tool}")), "{:?}", run.calls);
    }
    for goal in ["build", "test", "bench", "packaging"] {
        let run = Stage::new().run(goal);
        run.expect(0);
        assert_eq!(run.calls_of("cargo install").len(), 1, "{goal}: {:?}", run.calls);
    }
}

#[test]
fn tools_of_the_release_are_for_it_alone_and_answer_as_subcommands_too() {
    let stage = Stage::new();
    let run = stage.run("release");
    run.expect(0);
    let tools = ["wasm-bindgen-cli", "cargo-about", "cargo-cyclonedx", "cargo-deb"];
    let installs = run.calls_of("cargo install");
    assert_eq!(installs.len(), tools.len(), "{installs:?}");
    for (call, tool) in installs.iter().zip(tools) {
        assert!(call.ends_with(&format!(" {tool}")), "{call}");
    }
    assert!(installs[1].contains(" --features cli "), "without it there is no program");
    // cargo-cyclonedx tells its version to `cargo cyclonedx` alone.
    let version = value(&repository("scripts/env"), "CARGO_CYCLONEDX_VERSION=").to_owned();
    let body = format!("[ \"$1\" = cyclonedx ] || exit 2\necho {version}");
    fs::remove_file(stage.path("tools/bin/cargo-cyclonedx")).expect("a tool");
    stage.program("cargo-cyclonedx", &body);
    assert!(stage.run("release").calls_of("cargo install").is_empty());
}

#[test]
fn what_checks_the_packaging_is_installed_or_named() {
    let wanted = ["nginx", "haproxy", "caddy", "shellcheck", "openssl", "systemd"];
    let stage = Stage::new();
    let run = stage.run("packaging");
    run.expect(0);
    assert_eq!(run.packages(), wanted, "{:?}", run.calls);
    assert_eq!(run.calls_of("pip install").len(), 2, "{:?}", run.calls);
    let stage = Stage::new();
    stage.without(&["apt-get"]);
    stage.program("nginx", "");
    let run = stage.run("packaging");
    run.expect(1);
    let lines: Vec<_> = run.said.iter().filter(|line| line.contains("missing: ")).collect();
    let [line] = lines.as_slice() else { panic!("{:?}", run.said) };
    assert!(line.contains("apt-get install haproxy caddy shellcheck openssl systemd |"), "{line}");
}

#[test]
fn npm_is_called_where_a_lock_file_changed_and_nowhere_else() {
    let stage = Stage::new();
    let run = stage.run("test");
    run.expect(0);
    for call in run.calls_of("npm ci") {
        assert!(call.contains(" --ignore-scripts"), "a package could run anything: {call}");
    }
    assert_eq!(run.calls_of("npm ci").len(), 2, "{:?}", run.calls);
    let mut folders = run.calls_of("npm in");
    folders.sort_unstable();
    assert_eq!(folders, ["npm in end2end", "npm in repository"]);
    let lock = "end2end/package-lock.json";
    stage.write(&format!("repository/{lock}"), &format!("{}\n", repository(lock)));
    let run = stage.run("test");
    run.expect(0);
    assert_eq!(run.calls_of("npm in"), ["npm in end2end"]);
    assert!(stage.run("test").calls.is_empty());
}

#[test]
fn an_unknown_goal_is_refused_before_anything_is_called() {
    let run = Stage::new().run("everything");
    run.expect(2);
    assert_eq!(run.said.len(), 1, "{:?}", run.said);
    assert!(run.calls.is_empty(), "{:?}", run.calls);
}

#[test]
fn a_step_that_fails_makes_the_whole_fail_and_is_tried_again() {
    let stage = Stage::new();
    stage.write("pip", "1");
    let run = stage.run("test");
    run.expect(1);
    // The others are finished all the same.
    assert_eq!(run.calls_of("npm in").len(), 2, "{:?}", run.calls);
    assert_eq!(run.calls_of("cargo install").len(), 1, "{:?}", run.calls);
    stage.write("pip", "0");
    let run = stage.run("test");
    run.expect(0);
    assert_eq!(run.calls_of("pip install").len(), 2, "{:?}", run.calls);
    assert!(run.calls_of("npm").is_empty(), "{:?}", run.calls);

    for program in ["npm", "cargo"] {
        let stage = Stage::new();
        stage.program(program, "exit 1");
        stage.run("build").expect(1);
        assert!(!stage.run("build").calls_of(program).is_empty(), "{program} is not tried again");
    }
}

#[test]
fn packages_of_npm_run_no_scripts_wherever_it_is_called() {
    for file in [".npmrc", "end2end/.npmrc"] {
        assert!(repository(file).lines().any(|line| line == "ignore-scripts=true"), "{file}");
    }
}

#[test]
fn advisories_are_checked_or_it_is_said_that_they_were_not() {
    let offline = r#"case "$*" in
  'deny fetch db') echo 'error: no such host' >&2; exit 1 ;;
  *) exit "$(cat "$stage/verdict" 2>/dev/null || echo 0)" ;;
esac"#;
    let online = r#"case "$*" in
  'deny fetch db') ;;
  *) exit "$(cat "$stage/verdict" 2>/dev/null || echo 0)" ;;
esac"#;
    let (check, older) = (
        "cargo deny --all-features check advisories",
        "cargo deny --offline --all-features check advisories",
    );
    let required = [("DESK_ADVISORIES", "required")];
    let stage = Stage::new();
    stage.script("advisories");
    stage.program("cargo", online);
    let run = stage.run_script("advisories", &[], &required);
    run.expect(0);
    assert!(run.calls.contains(&check.to_owned()) && run.said.is_empty(), "{:?}", run.calls);
    stage.write("verdict", "1");
    stage.run_script("advisories", &[], &[]).expect(1);

    // No network, and no copy.
    stage.write("verdict", "0");
    stage.program("cargo", offline);
    let run = stage.run_script("advisories", &[], &[]);
    run.expect(0);
    assert!(run.calls_of("cargo deny --").is_empty(), "{:?}", run.calls);
    assert!(run.said[0].contains("NOT CHECKED") && run.said[0].contains("no such host"));
    stage.run_script("advisories", &[], &required).expect(1);

    // No network, and an older copy.
    fs::create_dir_all(stage.path("home/.cargo/advisory-dbs/advisory-db-1/crates"))
        .expect("a copy");
    let run = stage.run_script("advisories", &[], &[]);
    run.expect(0);
    assert!(run.calls.contains(&older.to_owned()), "{:?}", run.calls);
    assert!(run.said[0].contains("could not be fetched"), "{:?}", run.said);
    stage.write("verdict", "1");
    stage.run_script("advisories", &[], &[]).expect(1);
}
