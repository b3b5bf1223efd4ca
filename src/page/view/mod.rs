//! What the page shows: components, each in a file of its own.

pub mod app;
mod chart;
mod cluster;
mod context;
mod decision;
mod deployment;
mod diagnostics;
mod editor;
mod events;
mod glyph;
mod header;
mod help;
mod keys;
mod lane;
mod legend;
mod manifests;
mod queues;
mod stateful_set;
mod tabs;
mod tile;
mod timeline;
mod transport;
mod wakes;
mod why;
mod workload;
mod writes;
