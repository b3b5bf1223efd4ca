/** The options of a new cluster. */
export interface KubestepOptions {
    /** The seed of everything random; 1 by default. Clusters with the same seed behave identically. */
    seed?: number;
    /** The version of Kubernetes, such as "1.36"; the newest simulated version by default. */
    version?: string;
    /** The language of sentences: "en" (the default) or "zh-CN". */
    language?: string;
}

/** The answer to `apply`. */
export interface Applied {
    /** What was done, a line for each object, as kubectl prints it. Empty if there are diagnostics. */
    applied: string[];
    /** Why nothing was applied. */
    diagnostics: Diagnostic[];
}

/** A problem in a manifest. */
export interface Diagnostic {
    /** From 1. */
    line: number;
    /** From 1. */
    column: number;
    /** The path of the field, such as `spec.replicas`. */
    path: string;
    message: string;
    /** What to do about it. */
    advice: string;
}

/** The output of a command line. */
export interface Output {
    stdout: string;
    stderr: string;
    exit: number;
}

/** A step: one work item of one actor, an action of the user, or the clock being advanced. */
export interface Step {
    /** Its number on the timeline, from 1. */
    number: number;
    /** Such as `deployment-controller`; `user`, or `clock`. */
    actor: string;
    /** The object it was about; the command of a user; the new time of the clock. */
    object: string;
    /** The cluster's clock afterwards, in RFC 3339. */
    time: string;
    /** The cluster's clock afterwards, in milliseconds since its start. */
    at: number;
    /** Whether it had nothing to do. */
    quiet: boolean;
    /** What it did, in one sentence. */
    headline: string;
    /** The parts of the headline; those that name an object have its key. */
    pieces: { text: string; object?: string }[];
    changes: { what: "created" | "changed" | "removed"; object: string }[];
    /** The error with which a controller ended, and after which it will try again. */
    error: string | null;
}

/** The result of running the cluster. */
export interface Ran {
    /** The number of steps taken. */
    steps: number;
    /** False if the limit of steps was reached before the end. */
    settled: boolean;
}

/** One of the futures of the cluster's history. */
export interface Future {
    number: number;
    /** Its number of steps. */
    steps: number;
    /** How many of its first steps are those of the current future. */
    shared: number;
    current: boolean;
}

/** An object as the API serves it. */
export interface KubernetesObject {
    apiVersion: string;
    kind: string;
    metadata: { name: string; namespace?: string; uid?: string; [field: string]: unknown };
    [field: string]: unknown;
}

/** The state of the cluster. */
export interface Snapshot {
    /** The cluster's clock, in RFC 3339. */
    time: string;
    /** The cluster's clock, in milliseconds since its start. */
    at: number;
    /** The position on the timeline: how many of its steps are done. */
    step: number;
    /** The number of known steps. */
    steps: number;
    /** Whether no work item is ready. */
    quiescent: boolean;
    objects: KubernetesObject[];
}

/** Why an object is in a queue. */
export interface Cause {
    what: "added" | "modified" | "deleted" | "restart" | "timer" | "retry";
    /** The object that was added, modified or deleted. */
    object?: string;
    /** What the timer waited for, such as `MinReadySeconds`. */
    wait?: string;
    /** The number of the attempt. */
    attempt?: number;
    /** The error of the attempt before. */
    error?: string;
}

/** A work item that is ready. */
export interface Item {
    /** Its number, for `stepItem`. */
    number: number;
    actor: string;
    object: string;
    cause: Cause;
    /** How many more causes came while it waited. */
    merged: number;
}

/** An object that will be queued at a time. */
export interface Timer {
    /** When, in RFC 3339. */
    time: string;
    /** When, in milliseconds of the cluster's clock. */
    at: number;
    actor: string;
    object: string;
    cause: Cause;
}

/** The work queues. */
export interface Queues {
    ready: Item[];
    timers: Timer[];
}

/** A bound of a rollout, such as the number of pods that must stay available. */
export interface Gauge {
    object: string;
    /** Such as `deployment/available`. */
    invariant: string;
    formula: string;
    meaning: string;
    value: number;
    /** The minimum or maximum allowed. */
    bound: number;
    verdict: "holds" | "at-limit" | "pending" | "broken-by-fault" | "broken-by-controller";
    /** The lowest value so far, apart from times when the desired state was not reached yet. */
    lowest: number | null;
    /** The highest such value. */
    highest: number | null;
    /** The number of steps after which it was broken. */
    broken: number;
}

/** Whether a Deployment or StatefulSet has been rolled out. */
export interface Rollout {
    object: string;
    complete: boolean;
    /** Whether it has failed, such as by exceeding its progress deadline. */
    failed: boolean;
    /** What `kubectl rollout status` says. */
    text: string;
}

/** A decision of a controller. */
export interface Decision {
    /** The branch of its flow chart, such as `deployment/scale-up`. */
    branch: string;
    stage: string;
    sentence: string;
    /** Empty if it has none. */
    formula: string;
    /** The formula with the numbers in it. */
    substituted: string;
    facts: { name: string; value: number | string; origins: { object: string; path: string }[] }[];
    /** Where upstream decides this, by file and function. */
    source: string;
}

/** The answer to `importState`. */
export interface Imported {
    /** The number of objects; 0 if there are diagnostics. */
    objects: number;
    /** What was assumed, is missing, or was not read: a sentence each. */
    notes: string[];
    /** Why nothing was imported. */
    diagnostics: Diagnostic[];
}

/** Why an object is not as its spec wants it. */
export interface DiagnosisFinding {
    /** The object, such as `Deployment web`, or `Deployment shop/web` outside of the namespace `default`. */
    about: string;
    /** Such as `image`; `src/diagnosis/causes.rs` is the catalogue. */
    cause: string;
    /**
     * `blocks`: nothing goes on until somebody acts; `waits`: it waits for somebody, as configured; `goes-on`: it goes on
     * by itself; `risk`: nothing waits for it now.
     */
    severity: "blocks" | "waits" | "goes-on" | "risk";
    /** The sentence. */
    text: string;
    /** Since when, in RFC 3339, if the objects say so. */
    since: string | null;
    /** When something changes by itself at the latest, in RFC 3339. */
    until: string | null;
    /** Where this can be seen: in a field of an object, by its path, or in an event about it, by its reason. */
    evidence: { object: string; path?: string; event?: string; text: string }[];
    /** What would free it: the command lines of each way to do so. */
    remedies: string[][];
}

/** What `forecast` is asked. */
export interface ForecastOptions {
    /** The namespace of the workload; `default` by default. */
    namespace?: string;
    /** The command lines that start a change; without them, what is going on goes on. */
    commands?: string[];
    /** Files for the `-f` of the commands, by name. */
    files?: Record<string, string>;
    /** The number of runs, 1 to 10,000; 200 by default, and 30 for each combination of a sweep. */
    runs?: number;
    /** 1 by default. The same seed gives the same numbers. */
    seed?: number;
    /** The duration of the cluster's time after which a run ends; "1h" by default. */
    within?: string;
    /** How long pulling an image takes: "2s", or "1s..3s" for a time between these. */
    pull?: string;
    /** How long starting a container takes. */
    start?: string;
    /** How long a container takes to become ready. */
    ready?: string;
    /** How long a container takes to terminate. */
    stop?: string;
    /** Such as "available>=7", "pods<=13", "cpu<=8", "memory<=16Gi" and "complete<=10m". */
    bounds?: string[];
    /** Settings to compare in all combinations, such as "maxSurge=0,1,25%". */
    sweep?: string[];
}

/** The 5th percentile, the median and the 95th percentile. */
export interface Spread {
    low: number;
    median: number;
    high: number;
}

/** What the runs have in common; times are in seconds. */
export interface RolloutForecast {
    workload: string;
    commands: string[];
    /** The number of runs. */
    runs: number;
    seed: number;
    /** In how many runs the rollout is complete. */
    completed: number;
    /** After how many seconds; null if it never is. */
    complete: Spread | null;
    /** In how many runs the progress deadline is exceeded. */
    missedDeadlines: number;
    /** The fewest pods that are available at any time, in any run. */
    lowestAvailable: number | null;
    /** The most pods that exist at once, in any run. */
    mostPods: number;
    /** The most that the pods request together: cores, and bytes. */
    mostRequested: { cpu: number; memory: number };
    /** What keeps a run from completing, if one does not. */
    stuck: string | null;
    /** In how many runs each bound is broken. */
    bounds: { bound: string; broken: number; holds: boolean }[];
    /** The numbers of pods over time. */
    course: { at: number; available: Spread; updated: Spread; pods: Spread }[];
    sentences: string[];
    assumptions: string[];
}

/** A combination of settings; `forecast` or `refused` is there. */
export interface SweepCell {
    /** The values, by setting. */
    values: Record<string, string>;
    /** The command lines that set them. */
    commands: string[];
    forecast?: RolloutForecast;
    /** Why there is no forecast, such as the API server's message. */
    refused?: string;
}

/** The answer to `forecast`. */
export interface Forecast extends RolloutForecast {
    /** The comparison, if one was asked for; `best` is the number of the best combination. */
    sweep: { cells: SweepCell[]; best: number | null } | null;
    /** All of it as text, as `sim forecast` prints it. */
    text: string;
    /** All of it as a page of Markdown, for a change request. */
    report: string;
    /** The course as an SVG element. */
    picture: string;
}
