//! `sim version`, `sim gate` and `sim gates`: the Kubernetes version of the cluster and its feature gates.

use super::session::Execution;
use super::sim::usage;
use crate::manifests::Failure;
use crate::print::tabwriter::{self, TabWriter};
use crate::versions::{FeatureRow, Version};

/// `sim version [VERSION]`
pub(super) fn version(session: &mut Execution<'_>) -> Result<(), Failure> {
    let words = session.words();
    let features = session.engine.store().registers.features;
    let wanted = match words.as_slice() {
        [] => features.version(),
        [word] => Version::parse(word).map_err(|error| usage(error.to_string()))?,
        _ => return Err(usage("name one version")),
    };
    if session.invocation.switch("again", false) {
        super::again::again(session, features.at(wanted));
    } else if wanted != features.version() {
        let label = session.label().to_owned();
        session.engine.set_features(&label, features.at(wanted));
    }
    let text = format!("Kubernetes {wanted} ({})\n", wanted.release());
    session.out.push_str(&text);
    Ok(())
}

/// `sim gate NAME=true|false…`
pub(super) fn gate(session: &mut Execution<'_>) -> Result<(), Failure> {
    let words = session.words();
    if words.is_empty() {
        return Err(usage("a gate is missing, such as NAME=true"));
    }
    let before = session.engine.store().registers.features;
    let mut features = before;
    for word in &words {
        let switch = word.split_once('=').and_then(|(name, value)| {
            let on = value.parse::<bool>().ok()?;
            Some((name, on))
        });
        let Some((name, on)) = switch else {
            return Err(usage(format!("{word} is neither NAME=true nor NAME=false")));
        };
        let switched = features.switch(name, on);
        features = switched.map_err(|error| usage(error.to_string()))?;
    }
    if features != before {
        let label = session.label().to_owned();
        session.engine.set_features(&label, features);
    }
    for word in words {
        session.out.push_str(&format!("{word}\n"));
    }
    Ok(())
}

/// `sim gates`
pub(super) fn gates(session: &mut Execution<'_>) -> Result<(), Failure> {
    let features = session.engine.store().registers.features;
    let version = features.version();
    let rows = FeatureRow::gates(version).map(|row| {
        let maturity = row.maturity(version);
        format!(
            "{}\t{}\t{}\t{}\n",
            row.name,
            maturity.stage(),
            maturity.is_on(),
            features.has(row.feature)
        )
    });
    let table: String = std::iter::once("NAME\tSTAGE\tDEFAULT\tNOW\n".to_owned())
        .chain(rows)
        .collect();
    let text = TabWriter::new(tabwriter::GET).layout(&table);
    session.out.push_str(&text);
    Ok(())
}
