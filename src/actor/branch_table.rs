//! The table format for a controller's branches: name, stage, weight, formula, source. The sentence of a branch stands in
//! the catalogues (`src/texts/`), under its id.

/// Defines a `static` for each branch, and `ALL`, which lists them in order.
macro_rules! branch_table {
    ($prefix:literal, $folder:literal;
     $($name:ident = $id:literal, $stage:literal, $weight:ident, $formula:literal, $source:literal;)*) => {
        $(
            #[doc = concat!("`", $prefix, $id, "`.")]
            pub static $name: $crate::actor::decision::Branch = $crate::actor::decision::Branch {
                id: concat!($prefix, $id),
                stage: $stage,
                weight: $crate::actor::decision::Weight::$weight,
                formula: $formula,
                says: $crate::texts::get($crate::texts::BRANCH, concat!($prefix, $id))
                    .expect("the catalogues have a sentence for the branch"),
                source: concat!($folder, $source),
            };
        )*
        /// All branches, in order.
        pub static ALL: &[&$crate::actor::decision::Branch] = &[$(&$name),*];
    };
}

pub(crate) use branch_table;
