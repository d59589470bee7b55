package dev.rodingateway.simulator;

import java.time.Duration;

/** The outage and the latency of the simulated Rodin as a whole; none at first. Changed by the control surface. */
final class Conditions {

    private volatile Outage outage = Outage.OFF;
    private volatile Duration latency = Duration.ZERO;

    Outage outage() {
        return outage;
    }

    void outage(Outage outage) {
        this.outage = outage;
    }

    void latency(Duration latency) {
        this.latency = latency;
    }

    void clear() {
        outage = Outage.OFF;
        latency = Duration.ZERO;
    }

    /** Returns the answer, delayed by the latency. */
    Answer delayed(Answer answer) {
        Duration delay = latency;
        return delay.isZero() ? answer : new Answer.Late(delay, answer);
    }
}
