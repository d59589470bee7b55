package dev.rodingateway.rodin.answer;

import java.util.List;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Tuple;

/** JSON texts at random, with a liking for Rodin's words, for duplicate names, odd numbers and lone surrogates. */
final class AnyJson {

    private AnyJson() {}

    /** Anything JSON can say, and often something like an answer. */
    static Arbitrary<String> documents() {
        Arbitrary<String> jobs = Arbitraries.oneOf(
                entries().map(List::of).map(AnyJson::array),
                entries().list().ofMaxSize(4).map(AnyJson::array),
                object(strings(), entries()),
                values(2));
        Arbitrary<String> answer =
                jobs.flatMap(array -> object(Arbitraries.of("\"error\"", "\"message\"", "\"x\""), values(1))
                        .map(rest -> rest.equals("{}")
                                ? "{\"jobs\":" + array + "}"
                                : "{\"jobs\":" + array + "," + rest.substring(1)));
        return Arbitraries.oneOf(answer, answer, values(4));
    }

    /** Possible elements of the array {@code jobs}. */
    static Arbitrary<String> entries() {
        return Arbitraries.oneOf(
                object(Arbitraries.of("\"uuid\"", "\"status\"", "\"queue_length\"", "\"x\""), values(1)), values(2));
    }

    private static Arbitrary<String> values(int depth) {
        Arbitrary<String> scalars = Arbitraries.oneOf(
                strings(),
                Arbitraries.of("null", "true", "false"),
                Arbitraries.longs().map(String::valueOf),
                Arbitraries.of("0", "-0.0", "4.0", "1.5", "1e99", "1e999999999", "-1e-999999999", "1E+400"),
                Arbitraries.integers().between(1, 1000).map("9"::repeat));
        return depth == 0
                ? scalars
                : Arbitraries.oneOf(
                        scalars,
                        values(depth - 1).list().ofMaxSize(4).map(AnyJson::array),
                        object(strings(), values(depth - 1)));
    }

    private static Arbitrary<String> strings() {
        return Arbitraries.oneOf(
                        Arbitraries.of("Waiting", "GENERATING", " done ", "Failed", "Canceled", "Cancelled", "Packing"),
                        Arbitraries.of("OK", "NO_SUCH_TASK", "API_INSUFFICIENT_FUNDS", "SOMETHING_ELSE", ""),
                        Arbitraries.of("jobs", "error", "uuid", "status", "queue_length"),
                        Arbitraries.strings().all().ofMaxLength(80),
                        Arbitraries.strings().withCharRange('\uD7FF', '\uE000').ofMaxLength(80))
                .map(AnyJson::quoted);
    }

    private static Arbitrary<String> object(Arbitrary<String> names, Arbitrary<String> values) {
        return names.flatMap(name -> values.map(value -> Tuple.of(name, value)))
                .list()
                .ofMaxSize(4)
                .map(members -> members.stream()
                        .map(member -> member.get1() + ":" + member.get2())
                        .collect(Collectors.joining(",", "{", "}")));
    }

    private static String array(List<String> values) {
        return "[" + String.join(",", values) + "]";
    }

    /** Escapes whatever is not plain, lone surrogates too. */
    private static String quoted(String text) {
        return text.chars()
                .mapToObj(c -> c >= ' ' && c < 127 && c != '"' && c != '\\'
                        ? Character.toString(c)
                        : String.format("\\u%04x", c))
                .collect(Collectors.joining("", "\"", "\""));
    }
}
