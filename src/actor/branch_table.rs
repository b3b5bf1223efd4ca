//! The table format for a controller's branches: name, stage, weight, facts, formula, source. The sentence of a branch stands in
//! the catalogues (`src/texts/`), under its id.

/// Defines a `static` for each branch, and `ALL`, which lists them in order.
macro_rules! branch_table {
    ($prefix:literal, $folder:literal;
     $($name:ident = $id:literal, $stage:literal, $weight:ident, [$($fact:ident),*], $formula:literal, $source:literal;)*) => {
        $(
            #[doc = concat!("`", $prefix, $id, "`.")]
            pub static $name: $crate::actor::decision::Branch = $crate::actor::decision::Branch {
                id: concat!($prefix, $id),
                stage: $stage,
                weight: $crate::actor::decision::Weight::$weight,
                formula: $formula,
                #[cfg(feature = "pseudo")]
                facts: &[$(stringify!($fact)),*],
                says: $crate::texts::sentence(concat!($prefix, $id), &[$(stringify!($fact)),*]),
                source: concat!($folder, $source),
            };
        )*
        /// All branches, in order.
        pub static ALL: &[&$crate::actor::decision::Branch] = &[$(&$name),*];
    };
}

pub(crate) use branch_table;
