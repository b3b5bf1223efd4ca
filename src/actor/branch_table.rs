//! The table format for a controller's branches: name, stage, weight, formula, sentences, source.

/// Defines a `static` for each branch, and `ALL`, which lists them in order.
macro_rules! branch_table {
    ($prefix:literal, $folder:literal;
     $($name:ident = $id:literal, $stage:literal, $weight:ident, $formula:literal, $english:literal, $chinese:literal, $source:literal;)*) => {
        $(
            #[doc = $english]
            pub static $name: $crate::actor::decision::Branch = $crate::actor::decision::Branch {
                id: concat!($prefix, $id),
                stage: $stage,
                weight: $crate::actor::decision::Weight::$weight,
                formula: $formula,
                says: [$english, $chinese],
                source: concat!($folder, $source),
            };
        )*
        /// All branches, in order.
        pub static ALL: &[&$crate::actor::decision::Branch] = &[$(&$name),*];
    };
}

pub(crate) use branch_table;
