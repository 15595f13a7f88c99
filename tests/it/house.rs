//! The house rules of the source: floors, circles, addresses, documents and words.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use syn::visit::{self, Visit};
use syn::{Attribute, ImplItemFn, ItemFn, Visibility};

/// The rooms, lowest floor first. A room names only rooms of lower floors, and itself.
const FLOORS: [&[&str]; 10] = [
    &["model", "error"],
    &["ambient", "private_file", "profile"],
    &["secrets", "live", "store", "empego", "sandbox"],
    &["config", "i18n", "desk"],
    &["web"],
    &["api", "parts"],
    &["islands"],
    &["pages"],
    &["app"],
    &["server"],
];

/// Where addresses are written down.
const ROUTE_TABLE: [&str; 2] = ["src/web/routes", "src/model/address.rs"];

fn floor(room: &str) -> Option<usize> {
    FLOORS.iter().position(|floor| floor.contains(&room))
}

/// A source file with its module path below the crate, such as `["web", "routes"]`.
struct Source {
    name: String,
    module: Vec<String>,
    text: String,
}

impl Source {
    fn room(&self) -> &str {
        self.module.first().map_or("", String::as_str)
    }

    fn tokens(&self) -> TokenStream {
        self.text.parse().unwrap_or_else(|error| panic!("{}: {error}", self.name))
    }
}

fn sources() -> Vec<Source> {
    fn walk(folder: &Path, files: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                walk(&path, files);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                files.push(path);
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    walk(&root.join("src"), &mut files);
    files.sort();
    let source = |path: PathBuf| {
        let name = path.strip_prefix(root).expect("below the root").display().to_string();
        let module = name.trim_start_matches("src/").trim_end_matches(".rs");
        let module: Vec<String> = module.split('/').map(str::to_owned).collect();
        let text = std::fs::read_to_string(&path).expect("a source file");
        Source { name, module, text }
    };
    files.into_iter().map(source).collect()
}

/// A path that code names, with its line: `crate::web::routes` is `["crate", "web", "routes"]`.
type Named = (usize, Vec<String>);

/// Every path that begins with `crate`, `super` or `self`, with use trees taken apart. Comments are
/// no tokens; the bodies of macros are.
fn paths(tokens: TokenStream) -> Vec<Named> {
    let mut found = Vec::new();
    collect(&tokens.into_iter().collect::<Vec<_>>(), &mut found);
    found
}

fn collect(tokens: &[TokenTree], found: &mut Vec<Named>) {
    let mut at = 0;
    while at < tokens.len() {
        match &tokens[at] {
            TokenTree::Ident(ident)
                if ["crate", "super", "self"].contains(&&*ident.to_string()) =>
            {
                at = follow(tokens, at, ident.span().start().line, Vec::new(), found);
            }
            TokenTree::Group(group) => {
                collect(&group.stream().into_iter().collect::<Vec<_>>(), found);
                at += 1;
            }
            _ => at += 1,
        }
    }
}

/// Reads one path from here on, and every branch of a tree at its end. Where to go on.
fn follow(
    tokens: &[TokenTree],
    mut at: usize,
    line: usize,
    mut path: Vec<String>,
    found: &mut Vec<Named>,
) -> usize {
    loop {
        match tokens.get(at) {
            Some(TokenTree::Ident(ident)) => path.push(ident.to_string()),
            Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace => {
                let inner: Vec<TokenTree> = group.stream().into_iter().collect();
                for branch in
                    inner.split(|token| matches!(token, TokenTree::Punct(p) if p.as_char() == ','))
                {
                    let Some(first) = branch.first() else { continue };
                    follow(branch, 0, first.span().start().line, path.clone(), found);
                }
                return at + 1;
            }
            _ => break,
        }
        let colons =
            |at: usize| matches!(tokens.get(at), Some(TokenTree::Punct(p)) if p.as_char() == ':');
        at += 1;
        if !(colons(at) && colons(at + 1)) {
            break;
        }
        at += 2;
    }
    found.push((line, path));
    at.max(1)
}

/// The upward imports of a file, one sentence each.
fn upward(source: &Source) -> BTreeSet<String> {
    let Some(own) = floor(source.room()) else { return BTreeSet::new() };
    let named = paths(source.tokens()).into_iter();
    named
        .filter(|(_, path)| path.first().is_some_and(|first| first == "crate"))
        .filter_map(|(line, path)| {
            let room = path.get(1).filter(|room| *room != source.room())?;
            let name = &source.name;
            (floor(room)? >= own).then(|| {
                format!("{name}:{line} names crate::{room}, which is not on a lower floor")
            })
        })
        .collect()
}

#[test]
fn a_room_names_only_rooms_below_it() {
    let sources = sources();
    let unknown: BTreeSet<&str> = sources
        .iter()
        .map(Source::room)
        .filter(|room| !["lib", "main"].contains(room) && floor(room).is_none())
        .collect();
    assert!(unknown.is_empty(), "rooms on no floor: {unknown:?}");
    let upward: Vec<String> = sources.iter().flat_map(upward).collect();
    assert!(upward.is_empty(), "{}", upward.join("\n"));
}

#[test]
fn a_planted_upward_import_is_found() {
    let planted = |text: &str| {
        let module = vec!["store".to_owned(), "planted".to_owned()];
        upward(&Source { name: "src/store/planted.rs".to_owned(), module, text: text.to_owned() })
    };
    for text in [
        "use crate::desk::Desk;",
        "use crate::{\n    error::AppError,\n    desk::{create, look},\n};",
        "fn f() { crate::empego::Empego::new() }",
        "fn f() { view! { <p>{crate::web::paths::home()}</p> } }",
    ] {
        assert_eq!(planted(text).len(), 1, "{text}");
    }
    let found = planted("\nuse crate::desk::{a, b};");
    assert!(found.iter().all(|line| line.starts_with("src/store/planted.rs:2 ")), "{found:?}");
    for text in [
        "// use crate::desk::Desk;",
        "/// [`crate::desk`]\nfn f() {}",
        "use crate::model::ids;",
        "use crate::store::Store;",
    ] {
        assert!(planted(text).is_empty(), "{text}");
    }
}

/// The files that each file names inside its own room. Parent and child modules may name each other.
fn inside(sources: &[Source]) -> BTreeMap<&str, BTreeSet<&str>> {
    let by_module: BTreeMap<&[String], &str> =
        sources.iter().map(|source| (&source.module[..], source.name.as_str())).collect();
    let mut edges: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for source in sources {
        for (_, path) in paths(source.tokens()) {
            let mut module = match path.first().map(String::as_str) {
                Some("crate") => Vec::new(),
                Some("self" | "super") => source.module.clone(),
                _ => continue,
            };
            for part in &path {
                match part.as_str() {
                    "crate" | "self" => {}
                    "super" => drop(module.pop()),
                    part => {
                        module.push(part.to_owned());
                        if !by_module.contains_key(&module[..]) {
                            module.pop();
                            break;
                        }
                    }
                }
            }
            let related = module.starts_with(&source.module) || source.module.starts_with(&module);
            if module.first().map(String::as_str) == Some(source.room())
                && !related
                && let Some(name) = by_module.get(&module[..])
            {
                edges.entry(&source.name).or_default().insert(name);
            }
        }
    }
    edges
}

#[test]
fn no_files_of_a_room_name_each_other_in_a_circle() {
    let sources = sources();
    let edges = inside(&sources);
    let reachable = |from: &str| {
        let mut seen: BTreeSet<&str> = BTreeSet::new();
        let mut open: Vec<&str> = edges.get(from).into_iter().flatten().copied().collect();
        while let Some(next) = open.pop() {
            if seen.insert(next) {
                open.extend(edges.get(next).into_iter().flatten());
            }
        }
        seen
    };
    let circle: Vec<&&str> = edges.keys().filter(|name| reachable(name).contains(**name)).collect();
    assert!(circle.is_empty(), "in a circle: {circle:?}");
}

/// Text literals that look like one of our addresses, with their lines. Modules of unit tests may
/// hold them.
fn addresses(tokens: &[TokenTree], found: &mut Vec<(usize, String)>) {
    let known = [
        "api",
        "consultations",
        "follow-ups",
        "admin",
        "sign-in",
        "account",
        "set-password",
        "c",
        "oidc",
        "live",
        "healthz",
        "readyz",
        "site",
        "pkg",
        "favicon.svg",
        "robots.txt",
        "metrics",
    ];
    let mut testing = false;
    for token in tokens {
        match token {
            TokenTree::Ident(ident) if *ident == "tests" => testing = true,
            TokenTree::Group(group) => {
                if !testing {
                    addresses(&group.stream().into_iter().collect::<Vec<_>>(), found);
                }
                testing = false;
            }
            TokenTree::Literal(literal) => {
                let text = literal.to_string();
                let Some(path) = text.strip_prefix("\"/") else { continue };
                let first = path.split(['/', '?', '"']).next().unwrap_or_default();
                if known.contains(&first) {
                    found.push((literal.span().start().line, text));
                }
            }
            TokenTree::Punct(_) | TokenTree::Ident(_) => {}
        }
    }
}

#[test]
fn addresses_are_written_down_in_the_route_table_alone() {
    // The sandbox and the client speak Empego's addresses.
    let ours = sources().into_iter().filter(|source| {
        !ROUTE_TABLE.iter().any(|table| source.name.starts_with(table))
            && !["sandbox", "empego", "profile"].contains(&source.room())
    });
    let found: Vec<String> = ours
        .flat_map(|source| {
            let mut found = Vec::new();
            addresses(&source.tokens().into_iter().collect::<Vec<_>>(), &mut found);
            found.into_iter().map(move |(line, text)| format!("{}:{line} {text}", source.name))
        })
        .collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn the_router_takes_every_address_from_the_table() {
    let router = sources().into_iter().find(|source| source.name == "src/server/router.rs");
    let router = router.expect("the router").text;
    assert!(router.contains(".route(") && !router.contains(".route(\""), "an address of its own");
}

#[test]
fn lines_are_at_most_100_columns_and_files_about_300_lines() {
    let mut wrong = Vec::new();
    for source in sources() {
        let wide = source.text.lines().enumerate().filter(|(_, line)| line.chars().count() > 100);
        wrong.extend(wide.map(|(at, _)| format!("{}:{} is too wide", source.name, at + 1)));
        let lines = source.text.lines().count();
        if lines > 320 {
            wrong.push(format!("{} has {lines} lines", source.name));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_source_speaks_plainly() {
    let quaint = ["whoever", "somebody", "nobody", "anybody", "whomever"];
    let count = |source: Source| {
        let words = source.text.to_lowercase();
        let words = words.split(|c: char| !c.is_alphanumeric());
        words.filter(|word| quaint.contains(word)).count()
    };
    let found: usize = sources().into_iter().map(count).sum();
    assert!(found < 10, "{found} words such as \"whoever\" or \"nobody\" stand in src");
}

/// Public functions, types and constants without a doc comment. Variants and fields may speak for
/// themselves.
struct Undocumented<'a> {
    source: &'a Source,
    found: Vec<String>,
}

impl Undocumented<'_> {
    fn check(&mut self, public: &Visibility, attributes: &[Attribute], name: &syn::Ident) {
        let is_public = matches!(public, Visibility::Public(_));
        if is_public && !attributes.iter().any(|attribute| attribute.path().is_ident("doc")) {
            self.found.push(format!("{}:{} {name}", self.source.name, name.span().start().line));
        }
    }
}

impl<'ast> Visit<'ast> for Undocumented<'_> {
    fn visit_item_fn(&mut self, item: &'ast ItemFn) {
        self.check(&item.vis, &item.attrs, &item.sig.ident);
        visit::visit_item_fn(self, item);
    }

    fn visit_impl_item_fn(&mut self, item: &'ast ImplItemFn) {
        self.check(&item.vis, &item.attrs, &item.sig.ident);
    }

    fn visit_item_struct(&mut self, item: &'ast syn::ItemStruct) {
        self.check(&item.vis, &item.attrs, &item.ident);
    }

    fn visit_item_enum(&mut self, item: &'ast syn::ItemEnum) {
        self.check(&item.vis, &item.attrs, &item.ident);
    }

    fn visit_item_trait(&mut self, item: &'ast syn::ItemTrait) {
        self.check(&item.vis, &item.attrs, &item.ident);
    }

    fn visit_item_const(&mut self, item: &'ast syn::ItemConst) {
        self.check(&item.vis, &item.attrs, &item.ident);
    }
}

#[test]
fn public_items_say_what_they_are() {
    let mut missing = Vec::new();
    for source in sources() {
        let file = syn::parse_file(&source.text).expect("a source file");
        let mut visitor = Undocumented { source: &source, found: Vec::new() };
        visitor.visit_file(&file);
        missing.append(&mut visitor.found);
    }
    assert!(missing.is_empty(), "public items without a doc comment:\n{}", missing.join("\n"));
}
