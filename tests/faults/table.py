"""The faults: hostile settings, options, targets, programs and surroundings, and what is said of each."""

import os

from fault import Fault

KEY = "tool.healthcheck."

SETTINGS = [
    Fault(
        "a time in words",
        KEY + "budget is 'soon', but it should be a time such as",
        settings='budget = "soon"',
    ),
    Fault("a negative time", KEY + "budget is -1, but it should be", settings="budget = -1"),
    Fault("a time that is NaN", KEY + "budget is nan, but it should be", settings="budget = nan"),
    Fault("half a seed", KEY + "seed is 1.5, but it should be a whole number", settings="seed = 1.5"),
    Fault(
        "a seed beyond 32 bits",
        KEY + "seed is 4294967296, but it should be less than",
        settings="seed = 4294967296",
    ),
    Fault(
        "one seed to compare on",
        KEY + "seeds is 1, but it should be greater than or equal to 2",
        settings="seeds = 1",
    ),
    Fault(
        "an unknown device",
        KEY + "device is 'tpu', but it should be 'auto', 'cpu', 'gpu'",
        settings='device = "tpu"',
    ),
    Fault(
        "a string for a list",
        KEY + "select is 'data', but it should be a list of names",
        settings='select = "data"',
    ),
    Fault(
        "an unknown rule",
        KEY + "select names 'dead-unit', which is neither a rule nor a family; did you mean 'dead-units'?",
        settings='select = ["dead-unit"]',
    ),
    Fault("a misspelled key", KEY + "buget is not a setting; did you mean 'budget'?", settings="buget = 1"),
    Fault(
        "a status that cannot fail",
        KEY + "fail-on is 'never', but it should be 'fail' or 'warn'",
        settings='fail-on = "never"',
    ),
    Fault(
        "memory in words",
        KEY + "memory-limit is 'lots', but it should be a size such as '4GB'",
        settings='memory-limit = "lots"',
    ),
    Fault(
        "no process at all",
        KEY + "process-limit is 0, but it should be greater than or equal to 1",
        settings="process-limit = 0",
    ),
    Fault(
        "a value for a variable",
        KEY + "pass-env is 'A=B', but it should be the name of a variable",
        settings='pass-env = ["A=B"]',
    ),
    Fault(
        "a threshold out of bounds",
        KEY + "rules.dead-units.max-dead is 2, but it should be less than or equal to 1",
        settings="rules.dead-units.max-dead = 2",
    ),
    Fault(
        "an unknown threshold",
        KEY + "rules.dead-units.max-deed is not a threshold of this rule; did you mean 'max-dead'?",
        settings="rules.dead-units.max-deed = 0.5",
    ),
    Fault(
        "thresholds of no rule",
        KEY + "rules.dead-unit is not an installed rule; did you mean 'dead-units'?",
        settings="rules.dead-unit.max-dead = 0.5",
    ),
    Fault(
        "an infinite threshold",
        KEY + "rules.dead-units.max-dead is inf, but it should be finite",
        settings="rules.dead-units.max-dead = inf",
    ),
    Fault(
        "a list for a table",
        KEY + "per-layer-ignores is ['x'], but it should be a table",
        settings='per-layer-ignores = ["x"]',
    ),
    Fault(
        "both spellings of a key",
        "is given twice, in kebab-case and in snake_case",
        settings="time-limit = 9\ntime_limit = 9",
    ),
    Fault("settings that are no TOML", "pyproject.toml is not valid TOML", settings=b"[tool.healthcheck\n"),
    Fault(
        "settings that are no text",
        "pyproject.toml is not valid TOML",
        settings=b"\xff\xfe[tool.healthcheck]\n",
    ),
    Fault(
        "settings that are a number",
        "tool.healthcheck is 3, but it should be a table",
        settings=b"[tool]\nhealthcheck = 3\n",
    ),
    Fault(
        "settings that command a runner", "# #[add-mask]x is not a setting", settings='"##[add-mask]x" = 1'
    ),
    Fault(
        "settings that steer a terminal",
        KEY + "red is not a setting",
        settings=r'"\u001b[31mred\u001b[0m" = 1',
    ),
    Fault(
        "no rule is left",
        "no rule is left to run",
        settings='select = ["dead-units"]\nignore = ["dead-units"]',
    ),
    Fault(
        "a baseline that is missing",
        "cannot be read: No such file or directory",
        settings='baseline = "none.json"',
    ),
    Fault(
        "a baseline that is a program", "is not a baseline of healthcheck", settings='baseline = "train.py"'
    ),
    Fault("a folder of reports that is a file", "cannot be made: ", settings='output = "train.py"'),
]

OPTIONS = [
    Fault("no target", "no target: name a training script", words=()),
    Fault(
        "an unknown option",
        "unknown option '--bugdet'; did you mean '--budget'?",
        words=("train.py", "--bugdet", "1s"),
    ),
    Fault(
        "an option in words",
        "--budget is 'soon', but it should be a time such as",
        words=("train.py", "--budget", "soon"),
    ),
    Fault("a seed in words", "argument --seed: 'x' is not a whole number", words=("train.py", "--seed", "x")),
    Fault("a seed without end", "is not a whole number", words=("train.py", "--seed", "9" * 5000)),
    Fault("an unknown format", "'yaml' is not a format; allowed: ", words=("train.py", "--format", "yaml")),
    Fault(
        "two formats on one stream",
        "only one format can go to standard output",
        words=("train.py", "--format", "json", "--format", "html"),
    ),
    Fault(
        "two formats in one file",
        "two formats go to 'x'",
        words=("train.py", "--format", "json=x", "--format", "html=x"),
    ),
    Fault(
        "a report that is a folder",
        "cannot be written: it is a folder",
        words=("train.py", "--format", "json=."),
    ),
    Fault(
        "a folder below a file",
        "cannot be made: Not a directory",
        words=("train.py", "--output", "train.py/x"),
    ),
    Fault(
        "memory below nothing",
        "--memory-limit is '0%', but it should be a size",
        words=("train.py", "--memory-limit", "0%"),
    ),
    Fault(
        "a variable with blanks",
        "--pass-env is 'A B', but it should be the name",
        words=("train.py", "--pass-env", "A B"),
    ),
    Fault("an argument that is no text", "an argument is not valid UTF-8", words=(os.fsdecode(b"\xff.py"),)),
    Fault("a rule that cannot be explained", "'nothing' is not a rule", words=("--explain", "nothing")),
    Fault(
        "a comparison of programs",
        "is not a report of healthcheck",
        words=("compare", "train.py", "train.py"),
    ),
    Fault(
        "a comparison with a device",
        "is not a report of healthcheck",
        words=("compare", "/dev/null", "/dev/null"),
    ),
]

TARGETS = [
    Fault("a file that is missing", "'none.py' does not exist", words=("none.py",)),
    Fault("a folder", "is a directory", before="mkdir x.py", words=("x.py",)),
    Fault("a pipe without an end", "is no regular file", before="mkfifo x.py", words=("x.py",)),
    Fault(
        "a device without an end", "is no", before="ln -s /dev/zero x.py", words=("x.py",), leaves=("x.py",)
    ),
    Fault(
        "links in a circle",
        "cannot be read: Too many levels of symbolic links",
        before="ln -s y.py x.py; ln -s x.py y.py",
        words=("x.py",),
    ),
    Fault("a name without end", "cannot be read: File name too long", words=("x" * 300 + ".py",)),
    Fault("a name that commands a runner", "::error::x.py' does not exist", words=("::error::x.py",)),
    Fault("a function that is no name", "is not a Python name", words=("train.py::1st",)),
    Fault("no Python", "the script raised SyntaxError: ", "model = \n", small=False),
    Fault(
        "a text without closing bracket",
        "the script raised SyntaxError: '(' was never closed",
        "x = (1,\n" * 3,
        small=False,
    ),
    Fault("brackets without end", "the script raised ", "(" * 100_000, small=False),
    Fault("zero bytes", "the script raised ", b"x = 1\0\n", small=False),
    Fault("bytes that are no text", "the script raised SyntaxError: ", b"x = '\xff'\n", small=False),
    Fault("an unknown encoding", "the script raised SyntaxError: ", b"# coding: klingon\n", small=False),
]

ENDED = "before the check was finished"
LIMIT = ("train.py", "--time-limit", "1s")
STILL = "the target was still running after 1 seconds, the time limit, and was stopped"
LONGER = ("train.py", "--time-limit", "3s")  # its start counts as work, and takes a while on a busy machine
WAITED = STILL.replace("1 seconds", "3 seconds")

PROGRAMS = [
    Fault("an end without a word", f"the target ended its process with exit status 0 {ENDED}", "os._exit(0)"),
    Fault("an end with a status", f"the target ended its process with exit status 7 {ENDED}", "os._exit(7)"),
    Fault(
        "an exception",
        f"the target ended its process with exit status 1 {ENDED}: ValueError: no data",
        "raise ValueError('no data')",
    ),
    Fault(
        "words that steer a terminal",
        f"{ENDED}: red",
        r"print('\x1b[31mred\x07\u202e', flush=True); os._exit(1)",
    ),
    Fault(
        "words that command a runner", f"{ENDED}: ::error::x", "print('::error::x', flush=True); os._exit(1)"
    ),
    Fault(
        "a segmentation fault",
        f"the target crashed with a segmentation fault (SIGSEGV) {ENDED}",
        "os.kill(os.getpid(), signal.SIGSEGV)",
    ),
    Fault(
        "a write to address 0",
        "the target crashed with a segmentation fault (SIGSEGV)",
        "import ctypes\nctypes.memset(0, 0, 1)",
    ),
    Fault("an abort", f"the target aborted itself (SIGABRT) {ENDED}", "os.abort()"),
    Fault(
        "a division in native code",
        "the target crashed with an arithmetic error (SIGFPE)",
        "os.kill(os.getpid(), signal.SIGFPE)",
    ),
    Fault(
        "an unknown instruction",
        "the target ran an instruction that this processor does not know (SIGILL)",
        "os.kill(os.getpid(), signal.SIGILL)",
    ),
    Fault("an alarm", f"the target was killed by SIGALRM {ENDED}", "signal.alarm(1)\ntime.sleep(9)"),
    Fault(
        "a kill",
        "the target was killed by SIGKILL, which often means that memory ran out",
        "os.kill(os.getpid(), signal.SIGKILL)",
    ),
    Fault("sleep without end", STILL, "time.sleep(99)", LIMIT),
    Fault("a loop without end", f"{STILL} (at line 1)", "while True: pass", LIMIT),
    Fault(
        "a lock that is never free",
        f"{WAITED}; for the last ... it only waited, as in a deadlock (at line 3)",
        "lock = threading.Lock()\nlock.acquire()\nlock.acquire()",
        LONGER,
    ),
    Fault(
        "a data loader that waits for itself",
        f"{WAITED}; for the last ... it only waited, as in a deadlock (at line 4)",
        "read, write_end = os.pipe()\nif os.fork() == 0:\n    time.sleep(99)\nos.read(read, 1)",
        LONGER,
    ),
    Fault(
        "a loop deaf to signals",
        STILL,
        "for n in (1, 2, 10, 15): signal.signal(n, signal.SIG_IGN)\nwhile True: pass",
        LIMIT,
    ),
    Fault(
        "a flood of words",
        "the target printed more than 50 MB and was stopped",
        "while True: os.write(1, b'x' * 1_000_000)",
    ),
    Fault(
        "a flood of progress",
        "HEALTHY",
        "for n in range(20_000): os.write(PROGRESS, b'x' * 99)\nwrite()",
        code=0,
    ),
    Fault(
        "a fork bomb",
        "the target ran more than 30 processes at once, the process limit, and was stopped",
        "while True:\n    os.fork()\n    time.sleep(0.02)",
        settings="process-limit = 30",
    ),
    Fault(
        "memory without end",
        "of memory, more than its limit of 0.2 GB (memory-limit), and was stopped",
        "x = []\nwhile True:\n    x.append(b'x' * 10_000_000)\n    time.sleep(0.02)",
        ("train.py", "--memory-limit", "200MB"),
    ),
    Fault(
        "a daemon",
        "HEALTHY",
        "if os.fork() == 0:\n    os.setsid()\n    if os.fork() == 0: time.sleep(99)\n    os._exit(0)\nos.wait()\nwrite()",
        code=0,
    ),
    Fault(
        "a daemon without its environment",
        "HEALTHY",
        "if os.fork() == 0:\n    os.setsid()\n    if os.fork() == 0: os.execve('/bin/sleep', ['sleep', '99'], {})\n    os._exit(0)\nos.wait()\nwrite()",
        code=0,
    ),
    Fault(
        "an attack on the warden",
        "the target killed the process that watches over it",
        "os.kill(os.getppid(), signal.SIGKILL)\ntime.sleep(99)",
    ),
    Fault("a stopped warden", STILL, "os.kill(os.getppid(), signal.SIGSTOP)\ntime.sleep(99)", LIMIT),
    Fault(
        "threads that go on",
        "HEALTHY",
        "threading.Thread(target=time.sleep, args=(99,)).start()\nwrite()\nos._exit(0)",
        code=0,
    ),
    Fault("a result that is rubbish", f"{ENDED}", "open(RESULT, 'w').write('rubbish')"),
    Fault("a result that is a pipe", f"{ENDED}", "os.mkfifo(RESULT)"),
    Fault("a result that is a folder", f"{ENDED}", "os.mkdir(RESULT)"),
    Fault("a result without end", f"{ENDED}", "os.symlink('/dev/zero', RESULT)"),
    Fault("a result of deep brackets", f"{ENDED}", "open(RESULT, 'w').write('[' * 1_000_000)"),
    Fault("a folder that was removed", f"{ENDED}", "import shutil\nshutil.rmtree(os.path.dirname(RESULT))"),
    Fault("a program that reads from us", "HEALTHY", "assert sys.stdin.read() == ''\nwrite()", code=0),
    Fault(
        "a program that wants a token",
        "WANDB_API_KEY is withheld from the target: `--pass-env WANDB_API_KEY` passes it on",
        "os.environ['WANDB_API_KEY']",
        environment={"WANDB_API_KEY": "secret"},
    ),
    Fault(
        "a program that leaves files in its temporary folder",
        "HEALTHY",
        "import tempfile\ntempfile.mkdtemp()\nwrite()",
        code=0,
    ),
    Fault("a program that closes our pipes", "HEALTHY", "write()\nos.closerange(3, 99)", code=0),
    Fault(
        "a part that was finished",
        f"the target aborted itself (SIGABRT) {ENDED}",
        "write(done=False)\nos.abort()",
    ),
]

SURROUNDINGS = [
    Fault(
        "a full disk behind standard output",
        "standard output cannot be written: No space left on device",
        after="> /dev/full",
    ),
    Fault(
        "a full device for a report",
        "'/dev/full' cannot be written: No space left on device",
        words=("train.py", "--format", "json=/dev/full"),
    ),
    Fault("a limit on the size of files", "cannot be written: File too large", before="ulimit -f 2"),
    Fault(
        "a folder that takes no files", "cannot be made: ", words=("train.py", "--output", "/proc/reports")
    ),
    Fault(
        "a working directory that is gone",
        "the working directory does not exist any more",
        before='mkdir gone; cd gone; rmdir "$PWD"',
        words=("../train.py",),
    ),
    Fault("a temporary folder that is missing", "HEALTHY", code=0, environment={"TMPDIR": "/none/at/all"}),
    Fault("no standard output", "", code=0, after=">&-"),
    Fault("no standard streams at all", "", code=0, after="<&- >&- 2>&-"),
    Fault("a reader that leaves", "", code=0, after="| true; exit 0"),
    Fault(
        "a terminal one column wide",
        "",
        code=0,
        environment={"COLUMNS": "1"},
        words=("train.py", "--quiet"),
    ),
    Fault(
        "an encoding of seven bits",
        "'tr?in.py' does not exist",
        words=("tráin.py",),
        environment={"PYTHONIOENCODING": "ascii", "LC_ALL": "C", "PYTHONUTF8": "1"},
    ),
    Fault("no environment to speak of", "HEALTHY", code=0, before="unset HOME PATH LANG USER"),
    Fault(
        "a module of the user's that hides ours",
        "HEALTHY",
        code=0,
        before="echo 'raise SystemExit(9)' > json.py; echo 'raise SystemExit(9)' > pydantic.py",
        words=("train.py",),
        leaves=("json.py", "pydantic.py"),
    ),
    Fault("few open files", "HEALTHY", code=0, before="ulimit -n 40"),
]

MODEL = """
import keras, numpy as np, os, sys
x, y = np.random.rand(64, 4).astype("float32"), np.arange(64) % 2
def model(*layers):
    made = keras.Sequential([keras.Input((4,)), *layers, keras.layers.Dense(2, activation="softmax")])
    made.compile("adam", "sparse_categorical_crossentropy")
    return made
"""
SHORT = ("train.py", "--budget", "3s", "--no-experiments", "--format", "text")

WITH_TENSORFLOW = [
    Fault(
        "an end within the model",
        f"the target ended its process with exit status 5 {ENDED}",
        MODEL + "model(keras.layers.Lambda(lambda x: os._exit(5))).fit(x, y)\n",
        SHORT,
        small=False,
    ),
    Fault(
        "an interrupt of its own",
        f"the target was killed by SIGINT {ENDED}",
        MODEL + "raise KeyboardInterrupt\n",
        SHORT,
        small=False,
    ),
    Fault(
        "a crash after a finished model",
        f"the target crashed with a segmentation fault (SIGSEGV) {ENDED}",
        MODEL + "model().fit(x, y)\nimport ctypes\nctypes.memset(0, 0, 1)\n",
        SHORT,
        small=False,
    ),
    Fault(
        "tools that were taken away",
        "NOT CHECKED",
        MODEL
        + "import builtins, json, pathlib\nmade = model(keras.layers.Dense(8, activation='relu'))\njson.dumps = pathlib.Path.cwd = None\nmade.fit(x, y)\nsys.stdout = sys.stderr = None\n",
        SHORT,
        small=False,
    ),
]

ALL = [*SETTINGS, *OPTIONS, *TARGETS, *PROGRAMS, *SURROUNDINGS, *WITH_TENSORFLOW]
