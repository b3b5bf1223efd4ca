//! Random combinations of realistic manifests: applied, fixed or refused, but never in part.

use kubestep::engine::{Config, Engine};
use kubestep::kubectl;
use kubestep::manifests::{Line, TextRemedy, apply, mended};
use kubestep::texts::Language;
use proptest::prelude::*;

const PIECES: [&str; 16] = [
    "---\n",
    "--- # next\n",
    "\n",
    "# a comment\n",
    "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n",
    "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: b, namespace: shop}\ndata:\n  text: |\n    ---\n    kind: Job\n",
    "apiVersion: v1\r\nkind: PodTemplate\r\nmetadata:\r\n  name: c\r\n",
    "apiVersion: batch/v1\nkind: Job\nmetadata:\n  name: d\nspec:\n\n  template: {}\n",
    "apiVersion: extensions/v1beta1\nkind: Deployment\nmetadata:\n  name: e\n",
    "apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Secret\n  metadata: {name: f}\n- kind: Lease\n  apiVersion: coordination.k8s.io/v1\n",
    "kind: List\napiVersion: v1\nitems: []\n",
    "items: [{apiVersion: v1, kind: PodTemplate}, {apiVersion: v1, kind: Secret, metadata: {name: g}}]\nkind: List\napiVersion: v1\n",
    "{\"apiVersion\": \"v1\", \"kind\": \"Namespace\", \"metadata\": {\"name\": \"shop\"}}\n",
    "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: h\n  nmae: h\n",
    "just a text\n",
    "kind: &a Pod\napiVersion: *a\n",
];

fn text() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(&PIECES[..]).prop_map(str::to_owned);
    let document = prop_oneof![
        4 => piece.clone(),
        // Documents are usually separated.
        4 => piece.prop_map(|piece| piece + "---\n"),
        1 => "[ -~\n]{0,20}",
    ];
    prop::collection::vec(document, 0..8).prop_map(|documents| documents.concat())
}

#[test]
fn output_of_kubectl_get_can_be_applied() {
    let shop = "\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: nginx, ports: [{containerPort: 80}]}]}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  serviceName: db
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec: {containers: [{name: db, image: postgres}]}
  volumeClaimTemplates:
  - metadata: {name: data}
    spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80}]}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: web}
spec: {scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}, maxReplicas: 3}
";
    let mut there = Engine::new(Config::default());
    apply(&mut there, shop).expect("a valid text");
    there.settle(1000);
    let line = "get deployment/web statefulset/db service/web hpa/web -o yaml";
    let printed = kubectl::run(&mut there, line, None);
    assert_eq!(printed.exit, 0, "{}", printed.stderr);
    assert!(printed.stdout.contains("status:") && printed.stdout.contains("kind: List"));

    let mut here = Engine::new(Config::default());
    assert_eq!(
        apply(&mut here, &printed.stdout),
        Ok([
            "deployment.apps/web created",
            "statefulset.apps/db created",
            "service/web created",
            "horizontalpodautoscaler.autoscaling/web created",
        ]
        .map(|line| Line::Done(line.to_owned()))
        .to_vec())
    );
    here.settle(1000);
    let pods = kubectl::run(&mut here, "get pods", None).stdout;
    assert_eq!(pods.matches("Running").count(), 2, "{pods}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn what_is_mended_has_nothing_left_of_what_was_mended(text in text()) {
        let mut engine = Engine::new(Config::default());
        let before = engine.cursor();
        let Err(faults) = apply(&mut engine, &text) else {
            return Ok(());
        };
        prop_assert_eq!(engine.cursor(), before);
        for fault in &faults {
            let lines = u32::try_from(text.lines().count()).expect("fits in u32");
            // The end of a truncated text is reported on the line after it.
            prop_assert!((1..=lines + 1).contains(&fault.line), "{:?}", fault);
            prop_assert!(!fault.advice.text(Language::English).is_empty() && !fault.advice.text(Language::Chinese).is_empty());
        }
        let Some(better) = mended(engine.store(), &text, "default", &faults) else {
            return Ok(());
        };
        let goes = |remedy: &Option<TextRemedy>| matches!(remedy, Some(TextRemedy::CommentOut(_)));
        let had = faults.iter().any(|fault| goes(&fault.remedy));
        let better = better.text();
        let left = apply(&mut engine, better).err().unwrap_or_default();
        if had {
            prop_assert!(!left.iter().any(|fault| goes(&fault.remedy)), "{:?}\n{}", left, better);
        } else {
            prop_assert!(
                left.iter().all(|fault| fault.remedy.is_none()),
                "a namespace that was created is still missing: {:?}\n{}", left, better
            );
        }
        // Apart from prepended namespaces, lines are unchanged or commented out.
        for (line, was) in better.lines().rev().zip(text.lines().rev()) {
            prop_assert!(line == was || line == format!("# {was}"), "{} | {}", line, was);
        }
    }
}
