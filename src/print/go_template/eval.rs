//! Applying a template to an object.

use serde_json::Value;

use super::functions;
use super::parse::{Base, Operand, Pipeline, TemplateNode};
use crate::api::go::quote;
use crate::print::go;

/// Maximum amount of output and of visited values.
const MAX_WORK: usize = 4_000_000;

pub(super) fn execute(
    nodes: &[TemplateNode],
    object: &Value,
    allow_missing: bool,
) -> Result<String, String> {
    let data = as_floats(object);
    let root = Some(data.clone());
    let mut run = Run {
        out: String::new(),
        work: 0,
        allow_missing,
        variables: vec![(String::new(), root.clone())],
    };
    run.block(nodes, &root)?;
    Ok(run.out)
}

/// kubectl decodes the object again, which turns every number into a float.
fn as_floats(value: &Value) -> Value {
    match value {
        Value::Number(number) => number.as_f64().map_or(Value::Null, Value::from),
        Value::Array(items) => items.iter().map(as_floats).collect(),
        Value::Object(map) => map
            .iter()
            .map(|(key, value)| (key.clone(), as_floats(value)))
            .collect(),
        other => other.clone(),
    }
}

struct Run {
    out: String,
    work: usize,
    allow_missing: bool,
    /// Names without the dollar sign, innermost last.
    variables: Vec<(String, Option<Value>)>,
}

type Outcome = Result<Option<Value>, String>;

impl Run {
    fn spend(&mut self, amount: usize) -> Result<(), String> {
        self.work = self.work.saturating_add(amount);
        if self.work > MAX_WORK {
            Err(format!("the template does more than {MAX_WORK} steps"))
        } else {
            Ok(())
        }
    }

    fn block(&mut self, nodes: &[TemplateNode], dot: &Option<Value>) -> Result<(), String> {
        let known = self.variables.len();
        for node in nodes {
            self.spend(1)?;
            self.node(node, dot)?;
        }
        self.variables.truncate(known);
        Ok(())
    }

    fn node(&mut self, node: &TemplateNode, dot: &Option<Value>) -> Result<(), String> {
        match node {
            TemplateNode::Text(text) => self.print(text),
            TemplateNode::Print(pipeline) => {
                let value = self.pipeline(pipeline, dot)?;
                if pipeline.variables.is_empty() {
                    self.print(&functions::text(&value))?;
                } else {
                    self.assign(pipeline, vec![value])?;
                }
                Ok(())
            }
            TemplateNode::If {
                condition,
                then,
                otherwise,
            }
            | TemplateNode::With {
                condition,
                then,
                otherwise,
            } => {
                let known = self.variables.len();
                let value = self.pipeline(condition, dot)?;
                self.assign(condition, vec![value.clone()])?;
                let new_dot = if matches!(node, TemplateNode::With { .. }) {
                    &value
                } else {
                    dot
                };
                if functions::truth(&value) {
                    self.block(then, new_dot)?;
                } else {
                    self.block(otherwise, dot)?;
                }
                self.variables.truncate(known);
                Ok(())
            }
            TemplateNode::Range {
                list,
                body,
                otherwise,
            } => self.range(list, body, otherwise, dot),
        }
    }

    fn range(
        &mut self,
        list: &Pipeline,
        body: &[TemplateNode],
        otherwise: &[TemplateNode],
        dot: &Option<Value>,
    ) -> Result<(), String> {
        let items: Vec<(Value, Value)> = match self.pipeline(list, dot)? {
            Some(Value::Array(items)) => items
                .into_iter()
                .enumerate()
                .map(|(index, item)| (index.into(), item))
                .collect(),
            Some(Value::Object(map)) => map
                .iter()
                .map(|(key, value)| (key.as_str().into(), value.clone()))
                .collect(),
            None | Some(Value::Null) => Vec::new(),
            Some(other) => return Err(format!("range can't iterate over {}", go::value(&other))),
        };
        if items.is_empty() {
            return self.block(otherwise, dot);
        }
        for (key, item) in items {
            self.spend(1)?;
            let known = self.variables.len();
            let item = Some(item);
            match list.variables.len() {
                0 => {}
                1 => self.assign(list, vec![item.clone()])?,
                _ => self.assign(list, vec![Some(key), item.clone()])?,
            }
            self.block(body, &item)?;
            self.variables.truncate(known);
        }
        Ok(())
    }

    fn print(&mut self, text: &str) -> Result<(), String> {
        self.spend(text.len())?;
        self.out.push_str(text);
        Ok(())
    }

    fn assign(&mut self, pipeline: &Pipeline, values: Vec<Option<Value>>) -> Result<(), String> {
        for (name, value) in pipeline.variables.iter().zip(values) {
            if pipeline.declares {
                self.variables.push((name.clone(), value));
                continue;
            }
            let known = self.variables.iter_mut().rfind(|(known, _)| known == name);
            known
                .ok_or_else(|| format!("undefined variable: ${name}"))?
                .1 = value;
        }
        Ok(())
    }

    fn pipeline(&mut self, pipeline: &Pipeline, dot: &Option<Value>) -> Outcome {
        let mut piped: Option<Option<Value>> = None;
        for command in &pipeline.commands {
            piped = Some(self.command(command, dot, piped)?);
        }
        Ok(piped.flatten())
    }

    fn command(
        &mut self,
        command: &[Operand],
        dot: &Option<Value>,
        piped: Option<Option<Value>>,
    ) -> Outcome {
        let Some((head, rest)) = command.split_first() else {
            return Ok(None);
        };
        let Base::Function(name) = &head.base else {
            if !rest.is_empty() || piped.is_some() {
                return Err("can't give argument to non-function".to_owned());
            }
            return self.operand(head, dot);
        };
        if matches!(name.as_str(), "and" | "or") {
            return self.short_circuit(name == "and", rest, dot, piped);
        }
        let mut arguments = Vec::with_capacity(rest.len() + 1);
        for operand in rest {
            arguments.push(self.operand(operand, dot)?);
        }
        arguments.extend(piped);
        self.spend(arguments.len())?;
        functions::call(name, &arguments)
    }

    /// `and` and `or` return the first argument that decides the result, and do not evaluate the rest.
    fn short_circuit(
        &mut self,
        and: bool,
        operands: &[Operand],
        dot: &Option<Value>,
        piped: Option<Option<Value>>,
    ) -> Outcome {
        let mut last = None;
        for operand in operands {
            last = self.operand(operand, dot)?;
            if functions::truth(&last) != and {
                return Ok(last);
            }
        }
        Ok(piped.unwrap_or(last))
    }

    fn operand(&mut self, operand: &Operand, dot: &Option<Value>) -> Outcome {
        self.spend(1)?;
        let mut value = match &operand.base {
            Base::Dot => return self.fields(dot.as_ref(), &operand.fields),
            Base::Variable(name) => {
                let known = self.variables.iter().rfind(|(known, _)| known == name);
                let (_, value) = known.ok_or_else(|| format!("undefined variable: ${name}"))?;
                return self.fields(value.as_ref(), &operand.fields);
            }
            Base::Literal(value) => Some(value.clone()),
            Base::Function(name) => functions::call(name, &[])?,
            Base::Pipeline(pipeline) => self.pipeline(pipeline, dot)?,
        };
        if !operand.fields.is_empty() {
            value = self.fields(value.as_ref(), &operand.fields)?;
        }
        Ok(value)
    }

    fn fields(&self, value: Option<&Value>, names: &[String]) -> Outcome {
        let mut value = value;
        for name in names {
            value = match value {
                None => None,
                Some(Value::Object(map)) => match map.get(name) {
                    None if !self.allow_missing => {
                        return Err(format!("map has no entry for key {}", quote(name)));
                    }
                    found => found,
                },
                Some(Value::Null) => {
                    return Err(format!("nil pointer evaluating interface {{}}.{name}"));
                }
                Some(_) => {
                    return Err(format!(
                        "can't evaluate field {name} in type interface {{}}"
                    ));
                }
            };
        }
        Ok(value.cloned())
    }
}
