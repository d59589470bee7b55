#!/usr/bin/env bash
# Measures whether a slow Rodin makes the callers of a hot key (one that is requested very often) wait: the p99 of look-ups of
# one live key, alternating between a Rodin that responds at once and one that takes a second. Writes target/bench/hot-key.md.
# The exit code is 1 if the median ratio of the two is above 2 or if any look-up did not get a 2xx.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=.ci/functions.sh
. .ci/functions.sh

rounds=${ROUNDS:-5}
duration=${DURATION:-8}       # seconds measured in each half of a round
settle=${SETTLE:-6}           # seconds of the same load before that, longer than any live lifetime
warmup=${WARMUP:-30}          # seconds of load before the first round, of each kind of task and each delay
rate=${RATE:-1000}            # look-ups per second in total
connections=${CONNECTIONS:-10}
delay=${DELAY_MS:-1000}       # response time of Rodin in the slow half
results=${RESULTS:-target/bench/hot-key.md}

# Both tasks are live for the whole run: the simulator's tasks take a day here, of which they wait for a seventh, and a job
# with an unknown status counts as begun.
declare -A keys=([waiting]=demo-hot [generating]=unknown-word-hot)
declare -A lifetimes=([waiting]='5 s' [generating]='2 s')
kinds=(waiting generating)

# The gateway has one core to itself; the load and the simulator share another.
pin_gateway=()
pin_load=()
choose_cores() {
  local cores=()
  command -v taskset >/dev/null 2>&1 || return 0
  mapfile -t cores < <(taskset -cp $$ | sed 's/.*: //' | tr ',' '\n' | awk -F- '{ for (i = $1; i <= $NF; i++) print i }')
  [ ${#cores[@]} -ge 2 ] || return 0
  pin_gateway=(taskset -c "${cores[0]}")
  pin_load=(taskset -c "${cores[1]}")
}

work=$(mktemp -d)
started=()
loading=
# shellcheck disable=SC2317 # the trap calls it
stop() {
  local pid
  for pid in $loading "${started[@]}"; do
    kill "$pid" 2>/dev/null || true
    wait "$pid" 2>/dev/null || true
  done
  rm -rf "$work"
}
trap stop EXIT
trap 'exit 130' INT TERM

# Waits until the pattern matches a line of a log, and prints what it captures.
await() {
  local log=$1 pattern=$2 found
  for _ in $(seq 300); do
    found=$(sed -nE "s#.*$pattern.*#\\1#p" "$log" | head -n 1)
    if [ -n "$found" ]; then
      echo "$found"
      return 0
    fi
    sleep 0.2
  done
  cat "$log" >&2
  return 1
}

checks() {
  curl --silent --show-error --fail "$simulator/simulator/checks" | tr -dc 0-9
}

# Sends the load for a kind of task for some seconds; writes one line per look-up to the log.
load() {
  local kind=$1 seconds=$2 log=$3
  rm -f "$log"
  "${pin_load[@]}" h2load --h1 --threads=1 --clients="$connections" --rps=$((rate / connections)) \
    --duration="$seconds" --log-file="$log" "$gateway/tasks/${keys[$kind]}/status" >"$work/h2load.txt" &
  loading=$!
  wait "$loading"
  loading=
}

# Prints p50, p99 and maximum in ms, p99 as sent, the share above 100 ms in percent, look-ups and how many were not 2xx.
# A connection that waits for a response cannot send the look-ups that become due in the meantime. Each of these counts with the
# remaining wait at the time it was due, instead of the ones that h2load sends afterwards to catch up, which are among the fastest.
summary() {
  awk -v every=$((1000000 * connections / rate)) -v due="$work/due" -v all=$((rate * duration)) '
    BEGIN { out = "sort -n | tail -n " all " >" due }
    { if ($2 < 200 || $2 > 299) bad++
      print $3 >(due ".sent")
      for (left = $3; left == $3 || left > 0; left -= every) print left | out }
    END { close(out); print NR, bad + 0 }' "$1" >"$work/counts"
  local look_ups bad sent
  read -r look_ups bad <"$work/counts"
  sent=$(sort -n "$work/due.sent" | awk '{ a[NR] = $1 } END { print a[int((NR * 99 + 99) / 100)] }')
  awk -v sent="$sent" -v look_ups="$look_ups" -v bad="$bad" '
    { a[NR] = $1; if ($1 > 100000) slow++ }
    END { printf "%.2f %.2f %.2f %.2f %.2f %d %d\n", a[int((NR + 1) / 2)] / 1000, a[int((NR * 99 + 99) / 100)] / 1000,
          a[NR] / 1000, sent / 1000, 100 * slow / NR, look_ups, bad }' "$work/due"
}

# Measures one half of a round, adds its row to the table and prints it.
half() {
  local round=$1 kind=$2 ms=$3 before after p50 p99 max sent slow look_ups bad
  curl --silent --show-error --fail --request POST "$simulator/simulator/latency?ms=$ms"
  load "$kind" "$settle" "$work/log"
  before=$(checks)
  load "$kind" "$duration" "$work/log"
  after=$(checks)
  summary "$work/log" >"$work/row"
  read -r p50 p99 max sent slow look_ups bad <"$work/row"
  [ "$look_ups" -gt 0 ] || { cat "$work/h2load.txt" >&2; return 1; }
  echo "$round $kind $ms $p99 $bad $((after - before))" >>"$work/halves"
  echo "| $round | $kind | $ms ms | $p50 | $p99 | $sent | $max | $slow % | $look_ups | $bad | $((after - before)) |" |
    tee -a "$work/table"
}

# Prints median, smallest and largest ratio of a kind of task, and the checks in its fast and slow halves.
ratios() {
  awk -v kind="$1" -v slow="$delay" '
    $2 == kind && $3 == slow { p99[$1] = $4; slow_checks += $6 }
    $2 == kind && $3 != slow { base[$1] = $4; quick_checks += $6 }
    END { for (r in p99) print p99[r] / base[r]; print "checks", quick_checks, slow_checks }' "$work/halves" |
    sort -n | awk '
      $1 == "checks" { quick = $2; slow = $3; next }
      { a[++n] = $1 }
      END { printf "%.2f %.2f %.2f %d %d\n", (a[int((n + 1) / 2)] + a[int(n / 2) + 1]) / 2, a[1], a[n], quick, slow }'
}

need h2load=nghttp2-client curl
choose_cores
if [ ! -e target/quarkus-app/quarkus-run.jar ] || [ ! -e target/rodin-gateway-simulator.jar ]; then
  mvn --batch-mode --no-transfer-progress -Pquick package
fi

SIMULATOR_PORT=0 SIMULATOR_TASK_SECONDS=86400 \
  "${pin_load[@]}" java -jar target/rodin-gateway-simulator.jar >"$work/simulator.log" 2>&1 &
started+=($!)
simulator=$(await "$work/simulator.log" 'listens on (http://[^ ]+)')
RODIN_URL=$simulator RODIN_API_KEY=a-key QUARKUS_HTTP_PORT=0 QUARKUS_MANAGEMENT_PORT=0 \
  "${pin_gateway[@]}" java -jar target/quarkus-app/quarkus-run.jar >"$work/gateway.log" 2>&1 &
started+=($!)
gateway=http://127.0.0.1:$(await "$work/gateway.log" 'Listening on: http://[^ ]+:([0-9]+)\. Management')

for ms in 0 "$delay"; do
  curl --silent --show-error --fail --request POST "$simulator/simulator/latency?ms=$ms"
  for kind in "${kinds[@]}"; do
    echo "warming up: $kind, $ms ms, $warmup s" >&2
    load "$kind" "$warmup" "$work/log"
  done
done

{
  echo '| round | task | Rodin takes | p50 ms | p99 ms | p99 ms as sent | max ms | above 100 ms | look-ups | not 2xx | checks |'
  echo '|---|---|---|---|---|---|---|---|---|---|---|'
} | tee "$work/table"
for round in $(seq "$rounds"); do
  order=(0 "$delay")
  [ $((round % 2)) -eq 1 ] || order=("$delay" 0)
  for kind in "${kinds[@]}"; do
    for ms in "${order[@]}"; do
      half "$round" "$kind" "$ms"
    done
  done
done

failed=0
{
  echo "| task | p99($delay ms) / p99(0 ms), median | smallest .. largest | checks in total at 0 ms | at $delay ms | at most 2 |"
  echo '|---|---|---|---|---|---|'
} >"$work/verdict"
for kind in "${kinds[@]}"; do
  read -r median least most quick slow <<<"$(ratios "$kind")"
  verdict=yes
  awk -v median="$median" 'BEGIN { exit !(median > 2) }' && { verdict=no; failed=1; }
  echo "| $kind, fresh for ${lifetimes[$kind]} | $median | $least .. $most | $quick | $slow | $verdict |" >>"$work/verdict"
done
refused=$(awk '{ bad += $5 } END { print bad }' "$work/halves")
[ "$refused" -eq 0 ] || failed=1
cat "$work/verdict"
echo "not 2xx: $refused"

placement="all on the same cores"
[ ${#pin_gateway[@]} -eq 0 ] || placement="the gateway on core ${pin_gateway[2]}, load and simulator on core ${pin_load[2]}"
mkdir -p "$(dirname "$results")"
cat >"$results" <<END
# A hot key while Rodin is slow

Written by \`bench/hot-key.sh\` on $(date -u +%F) from one run; the figures are unedited. To repeat it, run \`bench/hot-key.sh\`.

$(cat "$work/verdict")

Look-ups that did not get a 2xx: $refused.

## What was measured

One live key is looked up $rate times per second over $connections kept-alive connections, at a fixed rate. In each of $rounds
rounds, $duration s with a simulated Rodin that responds at once and $duration s with one that takes $delay ms, in alternating
order; before each, $settle s of the same load that are not counted, so that the cache is filled and the delay has taken effect. Before the first
round, $((4 * warmup)) s of the same load. Ratios are taken within a round. A waiting task's status is fresh for
${lifetimes[waiting]}, a generating one's for ${lifetimes[generating]}, the defaults.

*p99* counts each look-up from the time it was due, as independent callers would see it: those that a connection could not send
because it was still waiting are counted with their remaining wait. *As sent* omits these, so it is too favourable if callers
have to wait. *Checks* are the requests that Rodin received in that half.

Machine: $(nproc) cores, $(sed -nE 's/^model name\s*: //p' /proc/cpuinfo | head -n 1); $placement.
$(java -version 2>&1 | sed -n '2s/^ *//p'); $(h2load --version).

## What was not measured

Other rates and saturation, more than one key, TLS, a network, the native executable, a Rodin that fails. All processes share one
machine, so only the ratios are meaningful, not the milliseconds; their spread is the noise.

## Rounds

$(cat "$work/table")
END
exit "$failed"
