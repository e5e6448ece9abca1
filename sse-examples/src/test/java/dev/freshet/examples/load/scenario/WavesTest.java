package dev.freshet.examples.load.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.examples.load.client.Tally;
import dev.freshet.examples.load.report.Report.Connect;
import dev.freshet.examples.load.report.Report.Cost;
import dev.freshet.examples.load.report.Report.Replay;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

class WavesTest {

    private final Waves waves = new Waves(10);

    @Test
    void theNetCostIsTheDifferenceOfTheMedians() {
        waves.plain(connect(30.0));
        behind(8);
        waves.plain(connect(20.0));
        behind(6);
        waves.plain(connect(20.0));
        behind(7);
        waves.plain(connect(10.0));

        Replay replay = waves.replay();
        assertThat(replay.serverCpuMicrosPerEvent()).isEqualTo(7);
        assertThat(replay.plainServerCpuMicrosPerConnect()).isEqualTo(20);
        assertThat(replay.serverCpuMicrosPerEventNet()).isEqualTo(5);
        assertThat(replay.leastNet()).isEqualTo(4);
        assertThat(replay.mostNet()).isEqualTo(5.5);
        assertThat(replay.withinNoise()).isFalse();
        assertThat(waves.deliveries().received()).isEqualTo(300);
    }

    @Test
    void aNetCostBelowNothingIsNoise() {
        waves.plain(connect(30.0));
        behind(2);
        waves.plain(connect(30.0));

        Replay replay = waves.replay();
        assertThat(replay.serverCpuMicrosPerEventNet()).isNull();
        assertThat(replay.withinNoise()).isTrue();
        assertThat(replay.leastNet()).isEqualTo(-1);
    }

    private static Connect connect(Double micros) {
        return new Connect(1, 10, micros);
    }

    private void behind(double micros) {
        Tally tally =
                new Tally(100, 100, 0, 0, 0, 0, 0, 0, 0, new Tally.Stuck(0, 0, 0, 0, 0, 0, 0), new Histogram(3), null);
        waves.behind(connect(1.0), tally, 1, new Cost(micros, micros, 0.0, 1.0));
    }
}
