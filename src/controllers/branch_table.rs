//! How a controller's branches are written down: one line each of name, stage, formula, sentences, source.

/// Defines a `static` for each branch, and `ALL` with all of them in order.
macro_rules! branch_table {
    ($prefix:literal, $folder:literal;
     $($name:ident = $id:literal, $stage:literal, $formula:literal, $english:literal, $chinese:literal, $source:literal;)*) => {
        $(
            #[doc = $english]
            pub static $name: Branch = Branch {
                id: concat!($prefix, $id),
                stage: $stage,
                formula: $formula,
                says: [$english, $chinese],
                source: concat!($folder, $source),
            };
        )*
        /// All of them, in order.
        pub static ALL: &[&Branch] = &[$(&$name),*];
    };
}

pub(crate) use branch_table;
