package dev.rodingateway.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.rodingateway.api.edge.Problem;
import dev.rodingateway.api.edge.ProblemCode;
import dev.rodingateway.api.response.TaskStatusBody;
import dev.rodingateway.api.response.TaskStatusWriter;
import dev.rodingateway.status.LookupResult;
import dev.rodingateway.status.LookupResult.Source;
import dev.rodingateway.status.Snapshot;
import dev.rodingateway.task.Job;
import dev.rodingateway.task.JobStatus;
import dev.rodingateway.task.OverallStatus;
import dev.rodingateway.task.TaskStatus;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.Path;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Compares the API description, which is written by hand, with the code. */
class OpenApiTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final JsonNode API = read();
    private static final List<Class<?>> RESOURCES =
            List.of(TaskStatusResource.class, TaskEventsResource.class, TaskListResource.class);

    @ParameterizedTest
    @EnumSource
    void exampleOfEachProblemIsAsInTheCode(ProblemCode code) throws IOException {
        ObjectNode shown =
                API.at("/components/examples/" + code.code() + "/value").deepCopy();
        shown.remove("upstreamCode");
        String requestId = shown.get("instance").textValue().substring("urn:rodin-gateway:request:".length());

        assertThat(shown).isEqualTo(JSON.readTree(JSON.writeValueAsString(Problem.of(code, null, requestId))));
        assertThat(API.at("/components/responses/Problem" + code.httpStatus()
                                + "/content/application~1problem+json/examples/" + code.code() + "/$ref")
                        .textValue())
                .isEqualTo("#/components/examples/" + code.code());
    }

    @Test
    void everyOtherProblemExampleHasOneOfTheCodes() {
        Set<String> shown = new HashSet<>();
        API.at("/components/responses").properties().stream()
                .filter(response -> response.getKey().startsWith("Problem"))
                .forEach(response -> response.getValue()
                        .at("/content/application~1problem+json/examples")
                        .fieldNames()
                        .forEachRemaining(shown::add));

        assertThat(shown)
                .containsExactlyInAnyOrderElementsOf(Arrays.stream(ProblemCode.values())
                        .map(ProblemCode::code)
                        .toList());
    }

    static Stream<String> statusExamples() {
        return API
                .at("/paths/~1tasks~1{key}~1status/get/responses/200/content/application~1json/examples")
                .properties()
                .stream()
                .map(Map.Entry::getKey);
    }

    @ParameterizedTest
    @MethodSource("statusExamples")
    void exampleOfEachStatusIsAsSerialized(String example) throws IOException {
        JsonNode shown = API.at("/components/examples/" + example + "/value");
        Instant checkedAt = Instant.parse(shown.get("checkedAt").textValue());
        Source source = shown.get("stale").booleanValue() ? Source.STALE : Source.HIT;
        LookupResult answer =
                new LookupResult(new Snapshot(status(shown), checkedAt), Duration.ofSeconds(2), source, Duration.ZERO);
        Long pollAfterMs = shown.has("pollAfterMs") ? shown.get("pollAfterMs").longValue() : null;

        String written = JSON.writeValueAsString(TaskStatusWriter.body(answer.snapshot(), answer.stale(), pollAfterMs));

        assertThat(written).isEqualTo(JSON.writeValueAsString(shown));
        assertThat(shown.has("pollAfterMs")).isEqualTo(!shown.get("terminal").booleanValue());
    }

    @Test
    void everyStatusOfATaskHasAnExample() {
        assertThat(statusExamples().map(example -> API.at("/components/examples/" + example + "/value/status")
                        .textValue()))
                .containsAll(Arrays.stream(OverallStatus.values())
                        .map(status -> status.name().toLowerCase(Locale.ROOT))
                        .toList());
    }

    @Test
    void exactlyTheOperationsOfTheCodeAreDescribed() {
        Set<String> described = new TreeSet<>();
        API.get("paths").properties().forEach(path -> path.getValue()
                .fieldNames()
                .forEachRemaining(method -> described.add(method + " " + path.getKey())));
        described.removeIf(operation -> operation.startsWith("parameters ") || operation.startsWith("head "));

        assertThat(described)
                .containsExactlyInAnyOrderElementsOf(
                        RESOURCES.stream().flatMap(OpenApiTest::operations).toList());
    }

    @Test
    void fieldsAreThoseOfTheCode() {
        assertThat(properties("TaskStatus")).containsExactlyElementsOf(components(TaskStatusBody.class));
        assertThat(properties("Progress")).containsExactlyElementsOf(components(TaskStatusBody.ProgressBody.class));
        assertThat(properties("Job")).containsExactlyElementsOf(components(TaskStatusBody.JobBody.class));
        assertThat(properties("TaskList")).containsExactly("tasks");
        assertThat(Stream.of("TaskListAnswer", "TaskListProblem").flatMap(one -> properties(one).stream()))
                .containsExactly("task", "problem");
        assertThat(properties("Problem")).containsExactlyElementsOf(components(Problem.class));
        assertThat(API.at("/components/schemas/KeyList/properties/keys/maxItems")
                        .intValue())
                .isEqualTo(KeyList.LONGEST);
    }

    @Test
    void itemOfAListIsEitherATaskOrAProblem() {
        assertThat(API.at("/components/schemas/TaskListItem/oneOf"))
                .extracting(one -> one.get("$ref").textValue())
                .containsExactly("#/components/schemas/TaskListAnswer", "#/components/schemas/TaskListProblem");
        assertThat(API.at("/components/schemas/TaskListAnswer/required/0").textValue())
                .isEqualTo("task");
        assertThat(API.at("/components/schemas/TaskListProblem/required/0").textValue())
                .isEqualTo("problem");
    }

    @Test
    void codesOfProblemsAreThoseOfTheCodeAndMayGrow() {
        JsonNode code = API.at("/components/schemas/Problem/properties/code/anyOf");

        assertThat(code.get(0).get("enum"))
                .extracting(JsonNode::textValue)
                .containsExactlyElementsOf(Arrays.stream(ProblemCode.values())
                        .map(ProblemCode::code)
                        .toList());
        assertThat(code.get(1).get("type").textValue()).isEqualTo("string");
        assertThat(code.get(1).has("enum")).isFalse();
    }

    @Test
    void everyResponseIsDescribedWithItsRequestIdAndProblemsWithNoStore() {
        List<JsonNode> answers = Stream.concat(
                        API.get("paths").findValues("responses").stream().flatMap(OpenApiTest::children),
                        children(API.at("/components/responses")))
                .filter(answer -> !answer.has("$ref"))
                .toList();

        assertThat(answers).hasSizeGreaterThan(15).allSatisfy(answer -> assertThat(
                        answer.at("/headers/X-Request-Id/$ref").textValue())
                .as(answer.get("description").textValue())
                .isEqualTo("#/components/headers/RequestId"));
        assertThat(answers)
                .filteredOn(answer -> answer.at("/content").has(Problem.MEDIA_TYPE))
                .hasSizeGreaterThan(10)
                .allSatisfy(
                        answer -> assertThat(answer.at("/headers/Cache-Control").isMissingNode())
                                .as(answer.get("description").textValue())
                                .isFalse());
        assertThat(API.at("/info/contact/url").textValue()).startsWith("https://");
    }

    private static Stream<JsonNode> children(JsonNode node) {
        return node.properties().stream().map(Map.Entry::getValue);
    }

    private static List<String> properties(String schema) {
        return API.at("/components/schemas/" + schema + "/properties").properties().stream()
                .map(Map.Entry::getKey)
                .toList();
    }

    private static List<String> components(Class<?> record) {
        return Arrays.stream(record.getRecordComponents())
                .map(component -> component.getName())
                .toList();
    }

    private static Stream<String> operations(Class<?> resource) {
        String path = resource.getAnnotation(Path.class).value();
        return Arrays.stream(resource.getDeclaredMethods())
                .flatMap(OpenApiTest::methods)
                .map(method -> method + " " + path);
    }

    private static Stream<String> methods(Method method) {
        return Arrays.stream(method.getAnnotations())
                .map(Annotation::annotationType)
                .filter(type -> type.isAnnotationPresent(HttpMethod.class))
                .map(type -> type.getAnnotation(HttpMethod.class).value().toLowerCase(Locale.ROOT));
    }

    private static TaskStatus status(JsonNode shown) {
        return new TaskStatus(StreamSupport.stream(shown.get("jobs").spliterator(), false)
                .map(job -> new Job(
                        job.path("id").textValue(),
                        JobStatus.valueOf(job.get("status").textValue().toUpperCase(Locale.ROOT)),
                        job.has("queueLength") ? job.get("queueLength").longValue() : null,
                        job.path("reported").textValue()))
                .toList());
    }

    private static JsonNode read() {
        try {
            return new YAMLMapper().readTree(Files.readString(java.nio.file.Path.of("docs/openapi.yaml")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
