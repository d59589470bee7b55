package dev.rodingateway.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SampleKeysTest {

    @ParameterizedTest
    @CsvSource({"1, 184", "2, 236", "5, 392", "8, 548"})
    void areAsLongAsRodinsOwn(int jobs, int length) {
        assertThat(SampleKeys.forJobs(jobs))
                .hasSize(length)
                .matches("[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+");
    }

    @Test
    void haveTheFieldsOfRodinsOwn() throws Exception {
        String key = SampleKeys.of(List.of(new UUID(1, 1)), Instant.ofEpochSecond(1_732_388_266));

        JsonNode header = part(key, 0);
        JsonNode payload = part(key, 1);
        assertThat(header.path("alg").textValue()).isEqualTo("HS256");
        assertThat(header.path("typ").textValue()).isEqualTo("JWT");
        assertThat(payload.has("type")).isTrue();
        assertThat(payload.path("iat").longValue()).isEqualTo(1_732_388_266);
        assertThat(payload.path("jobIds").get(0).textValue()).isEqualTo(new UUID(1, 1).toString());
    }

    @Test
    void areUnique() {
        assertThat(SampleKeys.forJobs(1)).isNotEqualTo(SampleKeys.forJobs(1));
    }

    private static JsonNode part(String key, int index) throws Exception {
        return new ObjectMapper().readTree(Base64.getUrlDecoder().decode(key.split("\\.")[index]));
    }
}
