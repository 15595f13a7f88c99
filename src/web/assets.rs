//! The browser's files: where they are, and under which names. A release build packs them under
//! hashed names with a brotli copy beside each (`scripts/pack.mjs`); a watched build has neither.

use super::routes::Endpoint;
use anyhow::Context;
use std::collections::HashMap;
use std::path::{Path, PathBuf};

/// The name that every bundle's files begin with.
const NAME: &str = "empego-desk";

/// A browser bundle: the addresses of its two files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bundle {
    /// The glue that loads the other.
    pub js: String,
    /// The program.
    pub wasm: String,
}

/// The browser's files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assets {
    /// The folder that holds them, with `pkg` inside.
    pub root: PathBuf,
    /// The address of the stylesheet.
    pub css: String,
    /// What staff load.
    pub staff: Bundle,
    /// What patients load.
    pub patient: Bundle,
    /// Whether the names hold a hash of the content, as those of a release do.
    pub hashed: bool,
}

impl Assets {
    /// Finds the files: `site` beside the binary, beside its folder (as in `target`), or in the
    /// working folder.
    ///
    /// # Errors
    /// A sentence that names the places looked at.
    pub fn find() -> anyhow::Result<Self> {
        let binary = std::env::current_exe().context("where this program lies is not known")?;
        let folder = binary.parent().unwrap_or(Path::new("."));
        let places = [
            folder.join("site"),
            folder.join("../site"),
            PathBuf::from("site"),
            PathBuf::from("target/site"),
        ];
        let root = places.iter().find(|place| place.join("pkg").is_dir()).with_context(|| {
            format!("the browser's files are in none of {places:?}: run `make build`, or put the folder `site` beside the binary")
        })?;
        Self::open(root)
    }

    /// Reads the names in a folder.
    ///
    /// # Errors
    /// When the list of hashed names is there and cannot be read.
    pub fn open(root: &Path) -> anyhow::Result<Self> {
        let list = root.join("pkg/manifest.json");
        let names: HashMap<String, String> = match std::fs::read_to_string(&list) {
            Ok(text) => serde_json::from_str(&text)
                .with_context(|| format!("{} is not a list of names", list.display()))?,
            Err(_) => HashMap::new(),
        };
        let address = |name: String| Endpoint::BrowserFile.at(&[names.get(&name).unwrap_or(&name)]);
        let bundle = |stem: &str| Bundle {
            js: address(format!("{stem}.js")),
            wasm: address(format!("{stem}.wasm")),
        };
        let staff = bundle(NAME);
        // A watched build makes one bundle with everybody's islands.
        let patient =
            if names.is_empty() { staff.clone() } else { bundle(&format!("{NAME}-patient")) };
        Ok(Self {
            root: root.to_path_buf(),
            css: address(format!("{NAME}.css")),
            staff,
            patient,
            hashed: !names.is_empty(),
        })
    }
}
