package dev.rodingateway.api.response;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rodingateway.api.edge.Cors;
import dev.rodingateway.status.LookupResult;
import dev.rodingateway.status.LookupResult.Source;
import dev.rodingateway.status.Snapshot;
import dev.rodingateway.task.Job;
import dev.rodingateway.task.JobStatus;
import dev.rodingateway.task.TaskStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EntityTagsTest {

    private static final Instant NOON = Instant.parse("2026-11-24T12:00:00Z");
    private static final Job WAITING = new Job("a", JobStatus.WAITING, 4L, null);

    private final TaskStatusWriter writer = new TaskStatusWriter(new ObjectMapper());

    @Test
    void tagIsTheSameInEveryProcess() {
        assertThat(tag(WAITING)).isEqualTo("CAY82K-26gHsAkhH");
    }

    @Test
    void tagChangesWithTheTaskAndWithStaleButNotWithTime() {
        LookupResult fresh =
                new LookupResult(snapshot(NOON, WAITING), Duration.ofSeconds(5), Source.MISS, Duration.ZERO);
        LookupResult later = new LookupResult(
                snapshot(NOON.plusSeconds(9), WAITING), Duration.ofSeconds(20), Source.HIT, Duration.ZERO);
        LookupResult stale =
                new LookupResult(snapshot(NOON, WAITING), Duration.ofSeconds(5), Source.STALE, Duration.ZERO);
        LookupResult staleLater = new LookupResult(
                snapshot(NOON.plusSeconds(9), WAITING), Duration.ofSeconds(20), Source.STALE, Duration.ZERO);

        assertThat(tag(later)).isEqualTo(tag(fresh));
        assertThat(tag(staleLater)).isEqualTo(tag(stale)).isEqualTo("CAY82K-26gHsAkhH.s");
        assertThat(List.of(
                        tag(WAITING),
                        tag(stale),
                        tag(),
                        tag(WAITING, WAITING),
                        tag(new Job("b", JobStatus.WAITING, 4L, null)),
                        tag(new Job(null, JobStatus.WAITING, 4L, null)),
                        tag(new Job("a", JobStatus.WAITING, 3L, null)),
                        tag(new Job("a", JobStatus.WAITING, null, null)),
                        tag(new Job("a", JobStatus.GENERATING, 4L, null)),
                        tag(new Job("a", JobStatus.UNKNOWN, 4L, "Packing")),
                        tag(new Job("a", JobStatus.UNKNOWN, 4L, "Sending"))))
                .doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\'', textBlock = """
            *                          | true
            ' * '                      | true
            W/"abc"                    | true
            "abc"                      | true
            "x", W/"abc"               | true
            W/"x",W/"y" , "abc"        | true
            "a,b", "abc"               | true
            "ABC"                      | false
            "abcd"                     | false
            abc                        | false
            "*"                        | false
            ''                         | false
            "abc                       | false
            W/abc                      | false
            """)
    void headerMatchesTheTagsThatItLists(String header, boolean matches) {
        assertThat(EntityTags.matches(List.of(header), "abc")).isEqualTo(matches);
        assertThat(EntityTags.matches(List.of("\"other\"", header), "abc")).isEqualTo(matches);
    }

    @Test
    void missingHeaderMatchesNothing() {
        assertThat(EntityTags.matches(List.of(), "abc")).isFalse();
    }

    private String tag(Job... jobs) {
        return tag(new LookupResult(snapshot(NOON, jobs), Duration.ofSeconds(5), Source.HIT, Duration.ZERO));
    }

    private String tag(LookupResult answer) {
        return new StatusResponses(writer, new Cors(Optional::empty))
                .serialized(answer)
                .tag(answer.stale());
    }

    private static Snapshot snapshot(Instant checkedAt, Job... jobs) {
        return new Snapshot(new TaskStatus(List.of(jobs)), checkedAt);
    }
}
