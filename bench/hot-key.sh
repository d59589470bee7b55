#!/usr/bin/env bash
# Measures whether a slow Rodin makes the callers of a hot key wait: the p99 of look-ups of one live key, in alternating
# rounds in which Rodin answers at once and in which it takes a second. Writes target/bench/hot-key.md. Exit code 1 when the
# median ratio of the two is above 2 or any look-up was not answered with a 2xx.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=.ci/functions.sh
. .ci/functions.sh

rounds=${ROUNDS:-5}
duration=${DURATION:-8}       # seconds measured in each half of a round
settle=${SETTLE:-6}           # seconds of the same load before that, longer than any live lifetime
warmup=${WARMUP:-30}          # seconds of load before the first round, of each kind of task and each delay
rate=${RATE:-1000}            # look-ups a second, all in all
connections=${CONNECTIONS:-10}
delay=${DELAY_MS:-1000}       # what Rodin takes in the slow half
results=${RESULTS:-target/bench/hot-key.md}

# Live for as long as the simulator's tasks take, a day: the first of seven steps is spent waiting, and a job that stays
# at a word nobody knows counts as begun.
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

# Prints what the pattern captures in a log as soon as it is there.
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

# Offers the load to a kind of task for some seconds; one line per look-up goes into the log.
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
# A connection that waits for its answer cannot send the look-ups that fall due meanwhile: each counts with what was left
# of the wait when it was due, in place of the one that h2load sends afterwards to catch up, which is among the quickest.
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

# Prints median, smallest and largest ratio of a kind of task, and its checks in the quick and the slow halves.
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
  echo "| task | p99($delay ms) / p99(0 ms), median | smallest .. largest | checks in all at 0 ms | at $delay ms | at most 2 |"
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

Written by \`bench/hot-key.sh\` on $(date -u +%F) from one run; nothing here was edited. To repeat it: \`bench/hot-key.sh\`.

$(cat "$work/verdict")

Look-ups answered with anything but a 2xx: $refused.

## What was measured

One live key is looked up $rate times a second over $connections kept-alive connections, at a fixed rate. In each of $rounds
rounds, $duration s with a simulated Rodin that answers at once and $duration s with one that takes $delay ms, in turn first and
second; before each, $settle s of the same load that do not count, so that the key is hot and the delay in force. Before the first
round, $((4 * warmup)) s of the same load. The ratio is taken within a round. A waiting task's answer is fresh for
${lifetimes[waiting]}, a generating one's for ${lifetimes[generating]}, the defaults.

*p99* counts each look-up from when it was due, as independent callers would see it: those that a connection could not send
because it was still waiting are counted with what was left of the wait. *As sent* leaves those out, and flatters whoever
makes callers wait. *Checks* are the calls that Rodin saw in that half.

Machine: $(nproc) cores, $(sed -nE 's/^model name\s*: //p' /proc/cpuinfo | head -n 1); $placement.
$(java -version 2>&1 | sed -n '2s/^ *//p'); $(h2load --version).

## What was not

Other rates and saturation, more than one key, TLS, a network, the native executable, a Rodin that fails. All processes share one
machine, so the milliseconds are those of this machine; only their ratio is claimed, and its spread is the noise.

## The rounds

$(cat "$work/table")
END
exit "$failed"
