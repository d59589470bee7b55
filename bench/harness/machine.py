"""The machine, the settings of a run, and what has to be installed and built for it."""

import os
import pathlib
import resource
import shutil
import subprocess
import sys

HOME = pathlib.Path(__file__).resolve().parents[2]
ROUNDS = int(os.environ.get("ROUNDS", 3))
SECONDS = int(os.environ.get("SECONDS", 4))
WARMUP = int(os.environ.get("WARMUP", 100))
NATIVE = pathlib.Path(os.environ.get("NATIVE", HOME / "target" / "rodin-gateway-runner")).resolve()
CONNECTIONS = 64
SCENARIOS = ["hits", "start", "misses", "outage", "streams", "memory", "replicas", "store", "hot-key", "jmh"]

TOOLS = HOME / "target" / "bench"
# The results of some of the scenarios do not replace those of all.
RESULTS = pathlib.Path(os.environ.get("RESULTS", TOOLS / "RESULTS.md" if sys.argv[1:] else HOME / "bench" / "RESULTS.md"))
SHM = pathlib.Path("/dev/shm") if pathlib.Path("/dev/shm").is_dir() else TOOLS
cores = sorted(os.sched_getaffinity(0))
SERVER_CORE, LOAD_CORE = cores[0], cores[-1]


def say(text):
    print(text, file=sys.stderr, flush=True)


def sh(*command, **options):
    return subprocess.run([str(c) for c in command], check=True, text=True, **options)


def java():
    homes = [os.environ.get("JDK25_HOME", "")] + sorted(str(p) for p in pathlib.Path("/usr/lib/jvm").glob("*25*"))
    for home in homes:
        if home and pathlib.Path(home, "bin", "javac").exists():
            return pathlib.Path(home)
    sys.exit("bench/run: a JDK 25 is needed (JDK25_HOME)")


def git(*command):
    return sh("git", *command, cwd=HOME, capture_output=True).stdout.strip()


# The revision that is measured. Determined at the start, as documents may be changed during a run.
REVISION = git("describe", "--always", "--dirty", "--exclude=*")


def check_native():
    """Exits if the native executable is older than its sources: the results would be attributed to the wrong revision."""
    if NATIVE.exists() and NATIVE.stat().st_mtime < int(git("log", "-1", "--format=%ct", "--", "src/main", "pom.xml")):
        sys.exit(f"bench/run: {NATIVE} is older than its sources: rebuild it, or remove it to run without it")


def install():
    """Installs the tools of the load and the servers, and raises the limit on open files."""
    sh("bash", "-c", '. "$0"; need "$@"', HOME / ".ci" / "functions.sh", "nginx=nginx-light", "wrk", "h2load=nghttp2-client",
       "taskset=util-linux", "redis-server", stdout=subprocess.DEVNULL)
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def build(jdk):
    """Packages the gateway as for the JVM image, including the AOT cache."""
    say("packaging")
    TOOLS.mkdir(parents=True, exist_ok=True)
    maven = ["mvn", "--batch-mode", "--no-transfer-progress", "--quiet", "-Pquick"]
    sh(*maven, "package", "-Dquarkus.package.jar.type=aot-jar", cwd=HOME)
    app = TOOLS / "jvm"
    shutil.rmtree(app, ignore_errors=True)
    shutil.copytree(HOME / "target" / "quarkus-app", app / "quarkus-app")
    shutil.copy(HOME / "target" / "rodin-gateway-simulator.jar", app)
    sh(jdk / "bin" / "javac", "--release", "17", "-d", TOOLS / "tools", *sorted((HOME / "docker").glob("*.java")))
    command = [jdk / "bin" / "java", "-XX:-UsePerfData", "--enable-native-access=ALL-UNNAMED", "-jar", app / "quarkus-app" / "quarkus-run.jar"]
    log = (TOOLS / "training.log").open("w")
    sh(jdk / "bin" / "java", "-cp", TOOLS / "tools", "Training", app / "rodin-gateway-simulator.jar", TOOLS / "gateway.aot", *command,
       stdout=log, stderr=subprocess.STDOUT)
