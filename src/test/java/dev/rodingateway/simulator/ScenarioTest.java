package dev.rodingateway.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScenarioTest {

    @ParameterizedTest
    @EnumSource
    void isNamedByItsKeyWithAndWithoutASuffix(Scenario scenario) {
        assertThat(Scenario.named(scenario.key())).contains(scenario);
        assertThat(Scenario.named(scenario.key() + "-7")).contains(scenario);
    }

    @ParameterizedTest
    @EnumSource
    void itsKeyIsValidForTheGateway(Scenario scenario) {
        assertThat(scenario.key()).matches("[A-Za-z0-9._~-]+");
    }

    @ParameterizedTest
    @EnumSource
    void describesItselfInOneLine(Scenario scenario) {
        assertThat(scenario.description()).isNotBlank().doesNotContain("\n").hasSizeLessThan(80);
    }

    @Test
    void everyKeyThatStartsWithDemoIsADemo() {
        assertThat(Scenario.named("demo2")).contains(Scenario.DEMO);
        assertThat(Scenario.named("demonstration")).contains(Scenario.DEMO);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "failedly", "fail", "Failed", "-failed", "no-such", "eyJhbGciOiJIUzI1NiJ9"})
    void otherKeysNameNoScenario(String key) {
        assertThat(Scenario.named(key)).isEmpty();
    }
}
