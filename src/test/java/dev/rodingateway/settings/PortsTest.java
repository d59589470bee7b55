package dev.rodingateway.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PortsTest {

    @ParameterizedTest
    @CsvSource({"0, 0", "1, 65535", "8080, 9000"})
    void portsAreAccepted(int main, int management) {
        assertThat(new Ports(main, management)).isNotNull();
    }

    @ParameterizedTest
    @CsvSource({
        "65536, 9000, QUARKUS_HTTP_PORT",
        "-1, 9000, QUARKUS_HTTP_PORT",
        "8080, 65536, QUARKUS_MANAGEMENT_PORT",
        "8080, -1, QUARKUS_MANAGEMENT_PORT",
        "8080, 8080, QUARKUS_MANAGEMENT_PORT"
    })
    void otherPortsAreRefusedWithTheNameOfTheSetting(int main, int management, String setting) {
        assertThatExceptionOfType(InvalidSetting.class)
                .isThrownBy(() -> new Ports(main, management))
                .withMessageStartingWith(setting + " ");
    }
}
