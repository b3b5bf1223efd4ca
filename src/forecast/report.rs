//! A forecast as a page of Markdown to attach to a change request: the change, the forecast, the bounds, the sweep, and
//! what was assumed.

use super::Bound;
use super::figures::Forecast;
use super::sweep::Sweep;
use super::text::{assumptions, best, columns, course, row_of, sentences};
use crate::texts::{Language, forecast as texts};
use crate::versions::Version;
use std::fmt::Write as _;

/// What a report is about.
#[derive(Debug, Clone, Copy)]
pub struct ForecastReport<'a> {
    /// The version of Kubernetes.
    pub version: Version,
    /// The forecast.
    pub forecast: &'a Forecast,
    /// The comparison of settings.
    pub sweep: Option<&'a Sweep>,
    /// The bounds that were checked.
    pub bounds: &'a [Bound],
    /// A paragraph about where the cluster is, such as a link to it.
    pub origin: Option<&'a str>,
}

impl ForecastReport<'_> {
    /// The page of Markdown.
    #[must_use]
    pub fn markdown(&self, language: Language) -> String {
        let Self {
            forecast, bounds, ..
        } = *self;
        let say = |text: &'static crate::texts::Text| text.text(language);
        let workload = &forecast.plan.workload;
        let mut page = format!(
            "# {}\n",
            texts::REPORT.with(language, &[("workload", workload)])
        );
        if let Some(origin) = self.origin {
            _ = write!(page, "\n{origin}\n");
        }
        let mut section = |title: &str, body: &str| {
            _ = write!(page, "\n## {title}\n\n{}\n", body.trim_end());
        };
        section(
            say(&texts::REPORT_FORECAST),
            &list(&sentences(forecast, bounds, language)),
        );
        if !forecast.plan.lines.is_empty() {
            section(say(&texts::REPORT_CHANGE), &change(forecast));
        }
        section(
            say(&texts::REPORT_COURSE),
            &fenced("text", &course(forecast)),
        );
        if let Some(sweep) = self.sweep {
            let said = best(sweep, bounds, language);
            let table = sweep_table(sweep, bounds, language);
            section(say(&texts::REPORT_SWEEP), &format!("{said}\n\n{table}"));
        }
        let mut assumed = assumptions(forecast, language);
        assumed.push(texts::REPORT_VERSION.with(language, &[("version", &self.version)]));
        section(say(&texts::REPORT_ASSUMPTIONS), &list(&assumed));
        page
    }
}

/// The commands, and the difference that they make to the manifest.
fn change(forecast: &Forecast) -> String {
    let commands = fenced("sh", &forecast.plan.lines.join("\n"));
    match forecast.diff.is_empty() {
        true => commands,
        false => format!("{commands}\n{}", fenced("diff", &forecast.diff)),
    }
}

fn list(lines: &[String]) -> String {
    lines.iter().map(|line| format!("* {line}\n")).collect()
}

/// A block of code, fenced by more backquotes than occur in it.
fn fenced(language: &str, text: &str) -> String {
    let mut fence = "```".to_owned();
    while text.contains(&fence) {
        fence.push('`');
    }
    format!("{fence}{language}\n{}\n{fence}\n", text.trim_end())
}

fn sweep_table(sweep: &Sweep, bounds: &[Bound], language: Language) -> String {
    let head = columns(sweep, bounds, language);
    let mut table = format!("| {} |\n|{}\n", head.join(" | "), "---|".repeat(head.len()));
    for cell in &sweep.cells {
        _ = writeln!(table, "| {} |", row_of(cell, bounds, language).join(" | "));
    }
    table
}
