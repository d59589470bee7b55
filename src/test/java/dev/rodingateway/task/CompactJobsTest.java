package dev.rodingateway.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

class CompactJobsTest {

    private static final String ID = "9a01b7a3-5ac3-4c7e-8a3a-0d9d3b0f0c11";

    @Property(tries = 2000)
    void copyEqualsTheJobs(@ForAll("jobs") List<Job> jobs) {
        assertThat(CompactJobs.copyOf(jobs)).isEqualTo(jobs).hasSameHashCodeAs(jobs);
    }

    @Property(tries = 500)
    void jobsWithUuidsAreCompact(@ForAll("plain") Job one, @ForAll("plain") Job other) {
        assertThat(CompactJobs.copyOf(List.of(one, other)))
                .isInstanceOf(CompactJobs.class)
                .containsExactly(one, other);
    }

    @Property(tries = 500)
    void oneJobThatDoesNotFitKeepsThemFromBeingCompact(@ForAll("plain") Job plain, @ForAll("odd") Job odd) {
        assertThat(CompactJobs.copyOf(List.of(plain, odd)))
                .isNotInstanceOf(CompactJobs.class)
                .containsExactly(plain, odd);
    }

    @Example
    void listIsAnUnmodifiableCopy() {
        // Given
        Job job = new Job(ID, JobStatus.DONE, null, null);
        List<Job> jobs = new ArrayList<>(List.of(job));
        List<Job> copy = CompactJobs.copyOf(jobs);

        // When
        jobs.clear();

        // Then
        assertThatExceptionOfType(UnsupportedOperationException.class).isThrownBy(copy::clear);
        assertThat(copy).containsExactly(job);
    }

    @Example
    void indexBeyondTheLastJobIsRejected() {
        // Given
        List<Job> jobs = CompactJobs.copyOf(List.of(new Job(ID, JobStatus.DONE, null, null)));

        // Then
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> jobs.get(1));
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> jobs.get(-1));
    }

    @Provide
    static Arbitrary<List<Job>> jobs() {
        return Arbitraries.frequencyOf(Tuple.of(9, plain()), Tuple.of(1, odd()))
                .list()
                .ofMaxSize(8);
    }

    @Provide
    static Arbitrary<Job> plain() {
        Arbitrary<Long> queueLength =
                Arbitraries.longs().between(0, Long.MAX_VALUE).injectNull(0.5);
        return Combinators.combine(uuids(), Arbitraries.of(JobStatus.class), queueLength)
                .as((id, status, length) -> new Job(id, status, length, null));
    }

    @Provide
    static Arbitrary<Job> odd() {
        Arbitrary<String> odd = Arbitraries.oneOf(
                Arbitraries.of(
                        "j-1",
                        "1-1-1-1-1",
                        "9a01b7a3-5ac3-4c7e-8a3a-0d9d3b0f0c1g",
                        "00000000-0000-0000-0000-00000000000 "),
                Arbitraries.strings().ofLength(36),
                uuids().map(id -> id.toUpperCase(Locale.ROOT)).filter(id -> !id.equals(id.toLowerCase(Locale.ROOT))));
        return Arbitraries.oneOf(
                odd.injectNull(0.2).map(id -> new Job(id, JobStatus.DONE, null, null)),
                uuids().map(id -> new Job(id, JobStatus.UNKNOWN, null, "Packing")));
    }

    private static Arbitrary<String> uuids() {
        Arbitrary<Long> bits = Arbitraries.longs();
        return Combinators.combine(bits, bits).as((high, low) -> new UUID(high, low).toString());
    }
}
