package dev.rodingateway.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProgressTest {

    @ParameterizedTest
    @CsvSource({
        "0, 0, 0",
        "0, 1, 0",
        "1, 1, 100",
        "1, 3, 33",
        "2, 3, 66",
        "199, 200, 99",
        "2147483646, 2147483647, 99",
        "2147483647, 2147483647, 100",
    })
    void percentIsTheFinishedShareRoundedDown(int finished, int total, int percent) {
        assertThat(new Progress(finished, total).percent()).isEqualTo(percent);
    }

    @ParameterizedTest
    @CsvSource({"-1, 0", "-1, 5", "1, 0", "4, 3", "0, -1"})
    void finishedIsBetweenZeroAndTotal(int finished, int total) {
        assertThatIllegalArgumentException().isThrownBy(() -> new Progress(finished, total));
    }
}
