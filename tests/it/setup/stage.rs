//! A copy of the scripts in a folder where every program that they call is a stand-in.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

/// Programs that the scripts may use as the machine has them. Those that are missing are left out.
const REAL: &str = "awk basename bash cat chmod cmp cp dirname env grep head ls mkdir mktemp mv rm \
                    sed sleep tail timeout touch uname";

/// Calls that change nothing: they are left out of [`Run::calls`].
const QUESTIONS: [&str; 5] =
    ["id ", "dpkg-query ", "python3 -c ", "rustc --print ", "rustc --version"];

/// Begins every stand-in. `stage` is the folder of the test.
const HEAD: &str = r#"printf '%s\n' "$name $*" >>"$stage/calls"
place() { mkdir -p "$(dirname "$1")"; printf '#!%s\n%s\n' "$BASH" "${2:-}" >"$1"; chmod +x "$1"; }
browser_std() { mkdir -p "$1/lib/rustlib/wasm32-unknown-unknown/lib"
  touch "$1/lib/rustlib/wasm32-unknown-unknown/lib/libstd-1.rlib"; }
"#;

/// Installs by putting stand-ins where the packages of Debian put their programs.
const APT_GET: &str = r#"[ "$1" = install ] || exit 0
for word; do
  case $word in
    -* | install) continue ;;
    chromium) place "$stage/bin/chromium" ;;
    poppler-utils) place "$stage/bin/pdftotext" ;;
    postgresql) place "$stage/usr/lib/postgresql/17/bin/postgres" ;;
    wrk) place "$stage/bin/wrk" ;;
    rustc-web)
      sed "s|/sysroot|/debian-sysroot|" "$stage/bin/rustc" >"$stage/usr/bin/rustc"
      chmod +x "$stage/usr/bin/rustc" ;;
  esac
  touch "$stage/packages/$word"
done"#;

/// Installs tools that tell their version, and builds the standard library for the browser.
const CARGO: &str = r#"case $1 in
  install)
    version=$(sed 's/.*--version =\([^ ]*\) .*/\1/' <<<"$*") tool=${!#}
    place "$DESK_TOOLS/bin/${tool%-cli}" "echo $tool $version" ;;
  build)
    deps=$CARGO_TARGET_DIR/wasm32-unknown-unknown/release/deps
    mkdir -p "$deps"; touch "$deps/libstd-1.rlib" "$deps/libstd_for_wasm-1.rlib" ;;
esac"#;

const STAND_INS: [(&str, &str); 12] = [
    ("apt-get", APT_GET),
    ("cargo", CARGO),
    ("cc", ""),
    ("dpkg-query", r#"[ -e "$stage/packages/${!#}" ] && printf installed"#),
    ("id", "echo 0"),
    ("node", ""),
    ("npm", r#"printf 'npm in %s\n' "${PWD##*/}" >>"$stage/calls"; mkdir -p node_modules"#),
    ("pdftotext", ""),
    (
        "python3",
        r#"[ "$1" != -m ] || place "$3/bin/pip" \
  "printf '%s\n' \"pip \$*\" >>'$stage/calls'; exit \$(cat '$stage/pip' 2>/dev/null || echo 0)""#,
    ),
    (
        "rustc",
        r#"case "$*" in
  --version) echo "rustc $(cat "$stage/rust-version").0 (0123456 2026-01-01)" ;;
  '--print sysroot') echo "$stage/sysroot" ;;
esac"#,
    ),
    ("rustup", r#"browser_std "$stage/sysroot""#),
    ("sudo", r#"exec "$@""#),
];

pub struct Stage {
    folder: TempDir,
}

/// What one run of `scripts/setup` did.
pub struct Run {
    pub code: Option<i32>,
    /// The lines that it said.
    pub said: Vec<String>,
    /// The calls of stand-ins that may change something, with their arguments.
    pub calls: Vec<String>,
}

impl Run {
    /// The calls that begin with these words.
    pub fn calls_of(&self, words: &str) -> Vec<&str> {
        self.calls.iter().map(String::as_str).filter(|call| call.starts_with(words)).collect()
    }

    /// The packages that `apt-get` was told to install.
    pub fn packages(&self) -> Vec<&str> {
        let calls = self.calls_of("apt-get install ").into_iter();
        calls
            .flat_map(|call| call.split(' ').skip(2).filter(|word| !word.starts_with('-')))
            .collect()
    }

    /// Fails with everything that is known of the run unless it ended with this code.
    pub fn expect(&self, code: i32) {
        assert_eq!(self.code, Some(code), "said {:#?}, called {:#?}", self.said, self.calls);
    }
}

impl Stage {
    /// A machine with rustup, a compiler that lacks the browser target, Node.js, Python and
    /// `apt-get`, on which nothing is installed yet.
    pub fn new() -> Self {
        let stage = Self { folder: TempDir::new().expect("a folder") };
        for folder in
            ["bin", "home", "packages", "repository/scripts", "repository/end2end", "usr/bin"]
        {
            fs::create_dir_all(stage.path(folder)).expect("a folder");
        }
        for name in REAL.split_whitespace() {
            if let Some(real) = on_path(name) {
                symlink(real, stage.path("bin").join(name)).expect("a link");
            }
        }
        for (name, body) in STAND_INS {
            stage.program(name, body);
        }
        for file in [
            "Cargo.toml",
            "package.json",
            "package-lock.json",
            "end2end/package.json",
            "end2end/package-lock.json",
        ] {
            stage.write(&format!("repository/{file}"), &repository(file));
        }
        // Fixed places of the machine become places of the test.
        for (file, place) in [
            ("env", ":/usr/bin\""),
            ("env", "\"/Applications/"),
            ("setup", " /usr/lib/postgresql/"),
        ] {
            assert!(repository(&format!("scripts/{file}")).contains(place), "{file} has {place}");
        }
        let at = stage.path("usr").display().to_string();
        for file in ["env", "setup"] {
            let text = repository(&format!("scripts/{file}"))
                .replace(":/usr/bin\"", &format!(":{at}/bin\""))
                .replace("\"/Applications/", &format!("\"{at}/"))
                .replace(" /usr/lib/postgresql/", &format!(" {at}/lib/postgresql/"));
            stage.write(&format!("repository/scripts/{file}"), &text);
        }
        stage.write("rust-version", value(&repository("Cargo.toml"), "rust-version = \""));
        stage
    }

    /// A path in the folder of the test. `repository` is the copy of the checkout, `tools` the
    /// folder of `DESK_TOOLS`.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn write(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).expect("a file");
    }

    /// Puts a stand-in on PATH. It writes down its arguments, then does as `body` says, in bash.
    pub fn program(&self, name: &str, body: &str) {
        let (bash, stage) = (on_path("bash").expect("bash"), self.folder.path().display());
        let text = format!("#!{}\nname={name} stage='{stage}'\n{HEAD}{body}\n", bash.display());
        let path = self.path("bin").join(name);
        fs::write(&path, text).expect("a stand-in");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("its mode");
    }

    /// Takes programs off the machine.
    pub fn without(&self, names: &[&str]) {
        for name in names {
            fs::remove_file(self.path("bin").join(name)).expect(name);
        }
    }

    pub fn run(&self, goal: &str) -> Run {
        self.run_with(goal, &[])
    }

    /// Runs `scripts/setup` with nothing but the stand-ins on PATH.
    pub fn run_with(&self, goal: &str, variables: &[(&str, &str)]) -> Run {
        self.run_script("setup", &[goal], variables)
    }

    /// Copies another script of the checkout.
    pub fn script(&self, name: &str) {
        let file = format!("scripts/{name}");
        self.write(&format!("repository/{file}"), &repository(&file));
    }

    /// Runs one of the copied scripts in the same way.
    pub fn run_script(&self, name: &str, arguments: &[&str], variables: &[(&str, &str)]) -> Run {
        self.write("calls", "");
        let output = Command::new(self.path("bin/bash"))
            .arg(format!("scripts/{name}"))
            .args(arguments)
            .current_dir(self.path("repository"))
            .env_clear()
            .env("PATH", self.path("bin"))
            .env("HOME", self.path("home"))
            .env("TMPDIR", self.folder.path())
            .env("DESK_TOOLS", self.path("tools"))
            .envs(variables.iter().copied())
            .output()
            .expect("it runs");
        let lines = |text: &str| text.lines().map(str::to_owned).collect::<Vec<_>>();
        let mut calls = lines(&fs::read_to_string(self.path("calls")).expect("the calls"));
        calls.retain(|call| !QUESTIONS.iter().any(|question| call.starts_with(question)));
        let said = lines(&String::from_utf8_lossy(&output.stderr));
        Run { code: output.status.code(), said, calls }
    }
}

/// A text file of the checkout.
pub fn repository(file: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// What stands between `name` and the end of the word, at its first place.
pub fn value<'a>(text: &'a str, name: &str) -> &'a str {
    let (_, rest) = text.split_once(name).expect(name);
    rest.split(['"', '\n']).next().unwrap_or_default()
}

fn on_path(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(name)).find(|file| file.is_file())
}
