"""The codes of input errors: what each means and how to put it right.

Ranges: 001-019 text, 020-049 plan, 050-064 packs, 065-084 and 101 evidence, 085-100 command line, files and
ledger.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Code:
    """One code.

    Attributes:
        title: the mistake in a few words.
        why: why the tool insists.
        fix: what to do.
        bad: an example that has the mistake.
        good: the same, put right.
    """

    title: str
    why: str
    fix: str
    bad: str = ""
    good: str = ""


CODES: dict[str, Code] = {
    "IN-001": Code(
        "Not valid YAML",
        "What cannot be read as YAML 1.2 could be read in two ways, and a gate must not guess.",
        "Look at the place that is named: indentation, quotes, brackets, the space after each colon.",
        "title: GPT-2: a family",
        'title: "GPT-2: a family"',
    ),
    "IN-002": Code(
        "The file holds nothing",
        "An empty plan has nothing to judge, so it must not pass.",
        "Write the plan, or start from one with `release init`.",
        "# to be written",
        "schema: release-plan/1",
    ),
    "IN-003": Code(
        "Not UTF-8",
        "Other encodings are guessed differently on different machines; a file must mean the same on all.",
        "Save the file as UTF-8, with or without a byte order mark.",
        "a file saved as UTF-16 or Latin-1",
        "the same file saved as UTF-8",
    ),
    "IN-004": Code(
        "A character that may not stand in a file",
        "Control characters cannot be seen, so readers and tools would see different files.",
        "Delete the character, or write it as an escape in double quotes.",
        "title: a title with a raw escape character",
        'title: "a title with \\u001b in it"',
    ),
    "IN-005": Code(
        "The file is too large",
        "Reading has a bounded cost, whoever wrote the file.",
        "Split the plan with `include`, and keep rows of data in CSV, JSONL or Parquet files.",
    ),
    "IN-006": Code(
        "The nesting is too deep",
        "Reading has a bounded cost, whoever wrote the file. No plan needs more than a dozen levels.",
        "Write it flatter.",
        "notes: [[[[ ... 65 brackets ... ]]]]",
        "notes: []",
    ),
    "IN-007": Code(
        "Too many keys and values",
        "Reading has a bounded cost, whoever wrote the file.",
        "Keep rows of data in CSV, JSONL or Parquet files.",
    ),
    "IN-008": Code(
        "Aliases make the file too large",
        "A few lines of aliases can stand for billions of values.",
        "Write the values out where they are needed.",
        "b: [*a, *a, *a, *a, *a, *a, *a, *a, *a, *a, *a, *a, *a, *a, *a]",
        "b: [*a]",
    ),
    "IN-009": Code(
        "An alias stands inside what it names",
        "Such a value would contain itself and never end.",
        "Write the value out.",
        "stages: &all [*all]",
        "stages: &all [small]",
    ),
    "IN-010": Code(
        "An alias without an anchor",
        "An alias stands for a value that was marked before it in the same file.",
        "Mark the value with an anchor first, or put text that starts with an asterisk in quotes.",
        "terms: *usual",
        "terms: &usual [no resale]",
    ),
    "IN-011": Code(
        "Tags are not allowed",
        "A tag asks the reader to build something; only plain data is read, so that reading never runs code.",
        "Remove the tag. Put text in quotes where it must stay text.",
        "version: !!str 1.0",
        'version: "1.0"',
    ),
    "IN-012": Code(
        "A key is written twice",
        "One of the two would silently win, and readers would disagree which.",
        "Keep one of the two.",
        "{id: small, id: large}",
        "{id: small}",
    ),
    "IN-013": Code(
        "Something that cannot be a key",
        "Keys are names; a list, a mapping or nothing at all names nothing.",
        "Write a text as key.",
        "? [small, medium]\n: gradual",
        "access: gradual",
    ),
    "IN-014": Code(
        "More than one document",
        "Only one of them could be judged, and the others would pass unseen.",
        "Put each into a file of its own.",
        "id: one\n---\nid: two",
        "id: one",
    ),
    "IN-015": Code(
        "Not a finite number",
        "Infinities and not-a-numbers compare in surprising ways: a threshold may never fail against them.",
        "Write a finite number, `unknown`, or leave the key out.",
        "value: .nan",
        "value: unknown",
    ),
    "IN-016": Code(
        "A number has too many digits",
        "Numbers beyond the precision of a 64-bit float cannot be kept as they are written.",
        "Round it, write it with an exponent, or put it in quotes if it is text.",
        "compute_flop: 3100000000000000000000000000000000000000000000000000000000000000000",
        "compute_flop: 3.1e66",
    ),
    "IN-017": Code(
        "A text is too long",
        "Reading and reporting have a bounded cost, whoever wrote the file.",
        "Move the text into a file of its own and refer to it as a source.",
    ),
    "IN-018": Code(
        "Not valid JSON",
        "Lock files are written by the tool; one that is not strict JSON was damaged, by a merge perhaps.",
        "Write the file again, with `release evidence lock` for a lock.",
        '{"items": [1, 2,]}',
        '{"items": [1, 2]}',
    ),
    "IN-020": Code(
        "Not a plan",
        "A plan, and each file that it includes, is a mapping of known keys; nothing else can be judged.",
        "Start the plan with `schema: release-plan/1`, an included file with the section that it holds.",
        "- id: small\n  title: Small",
        "stages:\n  - id: small\n    title: Small",
    ),
    "IN-021": Code(
        "An unknown key",
        "A key that is not understood is most often misspelled; passing over it would lose what was meant.",
        "Use the key that the message names, or put remarks under `notes`.",
        "risks: [{id: news, title: False news, ownr: Policy lead}]",
        "risks: [{id: news, title: False news, owner: Policy lead}]",
    ),
    "IN-022": Code(
        "A key is missing",
        "Without it the object means nothing: nobody could refer to it or judge it.",
        "Add the key. A fact that nobody knows is written `unknown`.",
        "stages: [{id: small}]",
        "stages: [{id: small, title: Small}]",
    ),
    "IN-023": Code(
        "A value of the wrong kind",
        "Text, numbers, truth values, lists and mappings are told apart as in YAML 1.2, and never converted.",
        "Write the kind of value that the message asks for; put text that looks like a number in quotes.",
        "access: {reversible: yes}",
        "access: {reversible: true}",
    ),
    "IN-024": Code(
        "A word that is not in the list",
        "Rules compare with fixed words; any other word would make them silently false.",
        "Use one of the words that the message lists, or `unknown`.",
        "access: {level: downlodable}",
        "access: {level: downloadable}",
    ),
    "IN-025": Code(
        "Not a date",
        "Everything is judged as of a date, so every date must be one day or moment, the same everywhere.",
        "Write an ISO date, or a date-time with a zone.",
        "dates: {planned: 14.02.2019}",
        "dates: {planned: 2019-02-14}",
    ),
    "IN-026": Code(
        "Not an id",
        "Ids stand in findings, labels and file names, so they are short and of few characters.",
        "Use up to 80 of a-z, 0-9, '.', '_' and '-', the first a letter or digit, and not `unknown`.",
        "stages: [{id: XL, title: XL}]",
        "stages: [{id: xl, title: XL}]",
    ),
    "IN-027": Code(
        "A number, or the length of a list, out of range",
        "Beyond the range the value has no meaning: a negative count, a model without parameters.",
        "Write a value within the range that the message names.",
        "variants: [{id: small, title: Small, parameters: 0}]",
        "variants: [{id: small, title: Small, parameters: undisclosed}]",
    ),
    "IN-028": Code(
        "A text that has not the form it needs",
        "Digests, categories and labels are compared letter by letter; text of blanks alone says nothing.",
        "Write it in the form that the message names.",
        "category: disinformation",
        "category: openai-2019/disinformation",
    ),
    "IN-029": Code(
        "What has to be named is unknown",
        "`unknown` may stand for a fact; without an id, a reference or a kind there is nothing to judge.",
        "Name it, or leave the whole object out.",
        "evidence: [{id: probe, kind: unknown}]",
        "evidence: [{id: probe, kind: red_team, conducted: unknown}]",
    ),
    "IN-030": Code(
        "An id is used twice",
        "A reference to it would be to either.",
        "Give one another id. Ids are unique within their kind, those of criteria in the whole plan.",
    ),
    "IN-031": Code(
        "A reference leads nowhere",
        "What is named has to exist, or a rule would pass over it.",
        "Correct the id, or add the object that it names.",
        "stages: [{id: xl, title: XL, variants: [x1]}]",
        "stages: [{id: xl, title: XL, variants: [xl]}]",
    ),
    "IN-032": Code(
        "An unknown kind of evidence",
        "The kind decides what is computed and which rules ask for it.",
        "Use one of the kinds that the message lists; figures that fit none go under `reported`.",
        "evidence: [{id: probe, kind: redteam}]",
        "evidence: [{id: probe, kind: red_team}]",
    ),
    "IN-033": Code(
        "A result that the kind does not have",
        "A declared figure is compared with the computed one of the same name.",
        "Use the name that the message suggests; figures that fit no kind go under `reported`, with a unit.",
        "declared: {acuracy: 0.96}",
        "declared: {accuracy: 0.96}",
    ),
    "IN-034": Code(
        "The status contradicts the dates",
        "A stage's status follows from its dates; where both are written they have to agree on the day on "
        "which the plan is read, or on a later one that is judged. An earlier `--at` is judged by the dates.",
        "Correct the status or the dates. A date that is only intended is `planned`; a stage that is "
        "released or withdrawn has the date of that, or `unknown`.",
        "status: planned\ndates: {released: 2019-11-05}",
        "status: released\ndates: {released: 2019-11-05}",
    ),
    "IN-035": Code(
        "Something ends before it starts",
        "What is in force on a day is told from both dates.",
        "Put the dates right.",
        "observations: [{from: 2019-09-01, to: 2019-08-01}]",
        "observations: [{from: 2019-08-01, to: 2019-09-01}]",
    ),
    "IN-036": Code(
        "Sources replace each other in a circle",
        "Only the newest of them may be relied on, and a circle has no newest.",
        "Delete `supersedes` at the source that is still in force.",
    ),
    "IN-037": Code(
        "A path that is not followed",
        "A plan may only read regular files of its own folder, whoever wrote it.",
        "Write a relative path within the release folder, with '/' between its parts.",
        "data: {path: ../../etc/passwd}",
        "data: {path: evidence/ratings.csv}",
    ),
    "IN-038": Code(
        "A file is included twice, or too many are",
        "Each part of a plan has one place.",
        "Include each file once, and none from itself.",
    ),
    "IN-039": Code(
        "A key stands in two files of a plan",
        "Only lists of objects are joined; of any other key one would win.",
        "Keep the key in one of the files.",
    ),
    "IN-050": Code(
        "Not a policy pack",
        "Only a file that says that it is a policy pack is read as one, so that no other file can add rules.",
        "Start the file with `schema: release-pack/1`.",
        "schema: release-pack/2",
        "schema: release-pack/1",
    ),
    "IN-051": Code(
        "A key that packs do not have",
        "A misspelled key would leave out a part of a rule in silence.",
        "Use the key that the message names.",
        "requires: has(risk.owner)",
        "require: has(risk.owner)",
    ),
    "IN-052": Code(
        "A key is missing in a pack",
        "A rule without its condition, message or severity can't be judged or explained.",
        "Add the key that the message names.",
        "severity: error",
        "severity: error\nverdict: hold",
    ),
    "IN-053": Code(
        "A value of the wrong type in a pack",
        "A guess at what was meant could change what is judged.",
        "Write a value as the message says.",
        "severity: fatal",
        "severity: error",
    ),
    "IN-054": Code(
        "Not an id",
        "Ids name rules in waivers, reports and command lines, so they keep to a few characters.",
        "Use the characters that the message lists.",
        "id: SR 104",
        "id: SR-104",
    ),
    "IN-055": Code(
        "An id twice in one pack",
        "Of two rules with one id, a waiver for one would waive the other.",
        "Give each its own id.",
        "rules: [{id: A-1, …}, {id: A-1, …}]",
        "rules: [{id: A-1, …}, {id: A-2, …}]",
    ),
    "IN-056": Code(
        "An expression is wrong",
        "An unknown field or function would make a rule false or unknown for ever; it is refused instead.",
        "Correct the place that the message points at; it names the nearest field, function or name.",
        "require: has(stage.leek_plan)",
        "require: has(stage.leak_plan)",
    ),
    "IN-057": Code(
        "Beyond a limit of packs",
        "Expressions, patterns and packs are bounded so that no pack can make checking endless.",
        "Split the expression or the pack; the message states the limit.",
    ),
    "IN-058": Code(
        "A placeholder is wrong",
        "A message is plain text with `{{ expression }}`; there is no other template language.",
        'Close the placeholder with `}}`; write text with braces inside an expression: `{{ "{{" }}`.',
        "message: Stage {{ stage.id has no card",
        "message: Stage {{ stage.id }} has no card",
    ),
    "IN-059": Code(
        "A reference to something that the pack does not list",
        "A rule names its source so that people can look it up.",
        "List the source under `sources`, or write `source: own` for a choice of your own.",
        "references: [{source: solaimann-2019}]",
        "references: [{source: solaiman-2019}]",
    ),
    "IN-061": Code(
        "No such pack",
        "A pack that is named and not found would leave its rules out in silence.",
        "Use an id from `release policy list`, or the path of a file.",
        "policies: {use: [staged-releases]}",
        "policies: {use: [staged-release]}",
    ),
    "IN-062": Code(
        "A pack or rule of an id that is in force",
        "A second pack of the same id could replace the rules that an organisation demands.",
        "Give the pack, or the rule, an id of its own.",
    ),
    "IN-063": Code(
        "A parameter that no pack has, or a value that does not fit it",
        "A misspelled parameter would leave the default in force in silence.",
        "Write `pack.name` of a pack in force, and a value of the parameter's type.",
        "params: {staged-release.min_day: 90}",
        "params: {staged-release.min_days: 90}",
    ),
    "IN-064": Code(
        "What an organisation demands contradicts itself or weakens a rule",
        "An organisation's pack only tightens: severities and verdicts go up, never down.",
        "Correct the override or the locked value that the message names.",
        "overrides: [{rule: SR-104, severity: note}]",
        "overrides: [{rule: SR-129, severity: error, verdict: hold}]",
    ),
    "IN-065": Code(
        "The columns of the rows are mapped wrongly",
        "A kind computes its figures from the roles it knows; a misspelled one would be left out in silence.",
        "Map every role that the kind needs, under the names that `release explain` lists for the kind.",
        "columns: {itm: question, correct: right}",
        "columns: {item: question, correct: right}",
    ),
    "IN-066": Code(
        "The file has no such column",
        "Figures from another column than the one meant would look just as good.",
        "Write the column's name as it stands in the header, capitals and spaces included.",
        "columns: {item: Item}",
        "columns: {item: item}",
    ),
    "IN-067": Code(
        "A file of rows cannot be read whole",
        "A cut or damaged file would give a figure from a part of the rows.",
        "Restore the file; text must be UTF-8.",
    ),
    "IN-068": Code(
        "A row does not have the form of its file",
        "A row with a field too many or too few shifts every value behind it into the wrong column.",
        "Repair the row; quote fields that hold commas, quotation marks or line breaks.",
        "item,correct\nq1,0,5",
        'item,correct\n"q1,0",5',
    ),
    "IN-069": Code(
        "A file of rows exceeds a limit",
        "Limits keep a hostile or damaged file from taking the machine.",
        "Split the file or leave columns out.",
    ),
    "IN-070": Code(
        "A cell holds what its role does not allow",
        "A value that is guessed, dropped or rounded in silence changes the figure that a release rests on.",
        "Repair the cell; leave an outcome that is missing blank, so that it is counted as missing.",
        "item,correct\nq1,maybe",
        "item,correct\nq1,1",
    ),
    "IN-071": Code(
        "The same item occurs twice",
        "An item that counts twice weighs twice, and makes the interval too narrow.",
        "Keep one row for each item, stage and rater, or map the column that tells the repetitions apart.",
    ),
    "IN-072": Code(
        "Rows that should form a tree do not",
        "Ratings of parts are compared with their wholes; a part without its whole belongs nowhere.",
        "Give every node a parent of the same document, and leave the root's parent blank.",
    ),
    "IN-073": Code(
        "A parameter of an evidence item is wrong",
        "A misspelled parameter would leave the default in force.",
        "Use the parameters that the kind has, with values in their range.",
        "params: {margins: 0.05}",
        "params: {margin: 0.05}",
    ),
    "IN-074": Code(
        "The file of rows is not the one that the plan means",
        "The plan names the digest of the rows it was written about.",
        "Restore the file, or write the new digest once the figures were looked at again.",
    ),
    "IN-075": Code(
        "The lock file cannot be read",
        "A lock that is half understood could pass figures that nobody computed.",
        "Write it again with `release evidence lock`.",
    ),
    "IN-076": Code(
        "The lock file is of a version that this tool does not know",
        "Its figures may mean something else.",
        "Update the tool, or write the lock again with `release evidence lock`.",
    ),
    "IN-077": Code(
        "The engine cannot be used",
        "Figures must come from the engine that was asked for, or from none.",
        "Install the extra `spark` and a Java runtime, check `--engine-url`, or leave `--engine` out.",
    ),
    "IN-078": Code(
        "Not a log of the format that was named",
        "A log that is half understood would give rows that nobody measured.",
        "Give the file as the tool wrote it, or name its format: `release evidence import --help`.",
        "release evidence import inspect report.jsonl …",
        "release evidence import garak report.jsonl …",
    ),
    "IN-079": Code(
        "A log exceeds a limit, or its archive is not to be trusted",
        "An archive may unpack to more than a disk holds, or name files outside its folder.",
        "Give the archive as the tool wrote it. Split a log that is too large into one per run.",
    ),
    "IN-080": Code(
        "A run did not finish",
        "Missing samples are seldom a random part: the hard ones fail, and long ones come last.",
        "Run it to its end. To take what there is, add `--partial`; the item then says so.",
        "release evidence import inspect cancelled.eval …",
        "release evidence import inspect cancelled.eval --partial …",
    ),
    "IN-081": Code(
        "A log contradicts itself",
        "Counts and means that a log states must be those of its own samples; else it was cut or edited.",
        "Run the evaluation again.",
    ),
    "IN-082": Code(
        "A score that cannot be taken over",
        "A score that is not a finite number, or that no word stands for, would have to be guessed.",
        "Choose another score with `--metric`, or have the tool write numbers.",
    ),
    "IN-083": Code(
        "The same sample is in the logs twice",
        "A sample that counts twice weighs twice, and makes the interval too narrow.",
        "Give each log once, and one run for each model and task.",
        "release evidence import inspect run.eval run.eval …",
        "release evidence import inspect run.eval …",
    ),
    "IN-084": Code(
        "The import that was asked for does not fit the logs",
        "A stage, score or column that is guessed gives a figure about something else.",
        "Use one of the stages, scores, kinds or columns that the message lists.",
        "--stage larg",
        "--stage large",
    ),
    "IN-085": Code(
        "No such file or folder",
        "A check that finds no plan has judged nothing, so it must not pass.",
        "Give the path of a release folder or of its release.yaml.",
        "release check modells/",
        "release check models/",
    ),
    "IN-086": Code(
        "The command line is wrong",
        "An option that is not understood could change what is judged.",
        "See `release COMMAND --help`.",
        "release check --at yesterday",
        "release check --at 2019-11-04",
    ),
    "IN-087": Code(
        "A file could not be read or written",
        "Half-read or half-written files must never be taken for whole ones.",
        "Check that the file exists, is a regular file, and that its permissions allow this.",
    ),
    "IN-088": Code(
        "An option names something that does not exist",
        "A misspelled stage, rule or partner would silently select nothing.",
        "Use one of the names that the message lists.",
        "release check --stage xxl",
        "release check --stage xl",
    ),
    "IN-090": Code(
        "The ledger cannot be used",
        "Decisions are only worth keeping when none can have been changed unseen, so a broken or "
        "unusual file is neither read as whole nor written to.",
        "Restore decisions.jsonl from version control; find out who changed it.",
    ),
    "IN-091": Code(
        "Somebody else is writing to the ledger",
        "Two writers at once would break the chain.",
        "Wait until the other command has ended, and try again.",
    ),
    "IN-092": Code(
        "The signing key cannot be used",
        "A decision that should be signed must not end up unsigned.",
        "Give an OpenSSH private key, the .pub file of a key in the agent, or an Ed25519 key as PEM.",
        "release decide … --key notes.txt",
        "release decide … --key ~/.ssh/id_ed25519",
    ),
    "IN-093": Code(
        "The checkpoint is none",
        "Comparing with something else would say nothing about the ledger.",
        "Give a file that `release ledger checkpoint` wrote.",
    ),
    "IN-094": Code(
        "A decision lacks its reason or its name",
        "A decision without a reason and a name cannot be answered for.",
        "Give both: --reason and --by.",
        'release decide … --reason "" --by lead@example.org',
        'release decide … --reason "the partner\'s finding came in" --by lead@example.org',
    ),
    "IN-095": Code(
        "release.toml cannot be read as TOML",
        "A configuration that is not understood could leave out what an organisation demands.",
        "Correct the line that the message names.",
        'policy = ["organisation.yaml"',
        'policy = ["organisation.yaml"]',
    ),
    "IN-096": Code(
        "An unknown key in release.toml",
        "A misspelled key would silently leave out what it should demand.",
        "Use one of the keys that the message lists.",
        'policies = ["organisation.yaml"]',
        'policy = ["organisation.yaml"]',
    ),
    "IN-097": Code(
        "A value in release.toml does not fit",
        "A value that is not understood, or that takes back what a release.toml further up demands, could "
        "change what is judged.",
        "Write a value of the type that the message names; nearer files may only be stricter.",
        'fail_on = "never"',
        'fail_on = "warning"',
    ),
    "IN-098": Code(
        "A report template cannot be used",
        "A template that fails half-way would leave a report that looks whole and is not.",
        "Correct the line that the message names; compare with the shipped template of the same name.",
        "release report my-family --audience public --template missing/",
        "release report my-family --audience public --template our-look/",
    ),
    "IN-099": Code(
        "A part that is installed apart is missing",
        "What draws PDF pages is large and needs system libraries, so it is installed only where wanted.",
        "Run the command that the message gives.",
    ),
    "IN-100": Code(
        "An outside critic gave no answer that can be used",
        "What another program says is shown beside the plan, so only what has the agreed form is taken, "
        "and all of it or nothing.",
        "Have the critic write one JSON object of schema release-critic-response/1, within the limits, and "
        "end with 0.",
        'release critique --critic "cat notes.txt"',
        'release critique --critic "python critic.py"',
    ),
    "IN-101": Code(
        "A declared figure that cannot be",
        "A share above 1 or a value outside of its own interval is a slip, and rules would judge by it.",
        "Correct the figure. Shares are fractions: 0.927 for 92.7 %.",
        "declared: {accuracy: 92.7}",
        "declared: {accuracy: 0.927}",
    ),
}
