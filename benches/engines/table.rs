//! The table of `docs/scaling.md`.

use super::measure::Measured;

/// One line for each call, with the ratios between sizes and engines.
pub fn print(sizes: &[usize], columns: &[(&str, Vec<Measured>)]) {
    let (first, last) = (name(sizes[0]), name(*sizes.last().expect("a size")));
    let mut head = "| what (ms: median / p99) |".to_owned();
    for (engine, _) in columns {
        for size in sizes {
            head.push_str(&format!(" {engine} {} |", name(*size)));
        }
    }
    for (engine, _) in columns {
        head.push_str(&format!(" {engine}: {last} to {first} |"));
    }
    head.push_str(&format!(" PostgreSQL to SQLite at {last} |"));
    println!("{head}");
    println!("|{}", "---|".repeat(head.matches('|').count() - 1));
    for (index, what) in Measured::CALLS.iter().enumerate() {
        let median = |measured: &Measured| measured.calls[index].median;
        let cell = |measured: &Measured| {
            let call = &measured.calls[index];
            format!("{:.2} / {:.2}", call.median, call.p99)
        };
        line(what, columns, cell, median);
    }
    line("events a second", columns, |it| format!("{:.0}", it.events), |it| it.events);
    line("the database, MB", columns, |it| format!("{:.0}", it.bytes / 1e6), |it| it.bytes);
}

fn line(
    what: &str,
    columns: &[(&str, Vec<Measured>)],
    cell: impl Fn(&Measured) -> String,
    value: impl Fn(&Measured) -> f64,
) {
    let mut cells: Vec<String> =
        columns.iter().flat_map(|(_, sizes)| sizes.iter().map(&cell)).collect();
    let last: Vec<f64> = columns
        .iter()
        .map(|(_, sizes)| {
            let (first, last) = (value(&sizes[0]), value(sizes.last().expect("a size")));
            cells.push(format!("{:.2}", last / first));
            last
        })
        .collect();
    cells.push(format!("{:.2}", last[1] / last[0]));
    println!("| {what} | {} |", cells.join(" | "));
}

fn name(size: usize) -> String {
    match size {
        1_000_000.. if size.is_multiple_of(1_000_000) => format!("{} M", size / 1_000_000),
        1_000.. if size.is_multiple_of(1_000) => format!("{} k", size / 1_000),
        _ => size.to_string(),
    }
}
