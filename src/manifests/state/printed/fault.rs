//! What in a printed text cannot be read.

use crate::api::advice::Advice;
use crate::manifests::Diagnostic;
use crate::texts::advice;
use thiserror::Error;

/// Letters of a line that a message quotes.
const QUOTED_MAX: usize = 60;

/// Why a line cannot be read.
#[derive(Debug, Error)]
pub enum LineFault {
    /// The text has no object.
    #[error("no workload or pod is in the text")]
    Nothing,
    /// A line outside of tables and descriptions.
    #[error("the line belongs to no table and no description: {}", quoted(.0))]
    Stray(String),
    /// A row without some of the columns.
    #[error("the row has {cells} of {columns} cells: {}", quoted(.line))]
    Cells {
        /// How many there are.
        cells: usize,
        /// How many there have to be.
        columns: usize,
        /// The line.
        line: String,
    },
    /// A cell or field with another content than kubectl prints.
    #[error("{name} is {}, which kubectl does not print there", quoted(.text))]
    Cell {
        /// The column or field.
        name: &'static str,
        /// Its content.
        text: String,
    },
    /// A description of another kind.
    #[error(
        "the description of {0} is of no Deployment, ReplicaSet, StatefulSet or pod, or it is cut off"
    )]
    Description(String),
}

impl LineFault {
    /// The fault at its line.
    pub fn diagnostic(&self, line: u32) -> Diagnostic {
        let advice = match self {
            Self::Nothing => &advice::PRINTED_NOTHING,
            Self::Stray(_) => &advice::PRINTED_STRAY,
            Self::Cells { .. } => &advice::PRINTED_CELLS,
            Self::Cell { .. } => &advice::PRINTED_CELL,
            Self::Description(_) => &advice::PRINTED_DESCRIPTION,
        };
        Diagnostic {
            line,
            column: 1,
            path: String::new(),
            message: self.to_string(),
            advice: Advice::new(advice),
            remedy: None,
        }
    }
}

fn quoted(text: &str) -> String {
    let text = text.trim();
    match text.char_indices().nth(QUOTED_MAX) {
        Some((end, _)) => format!("“{}…”", text.get(..end).unwrap_or_default()),
        None => format!("“{text}”"),
    }
}
