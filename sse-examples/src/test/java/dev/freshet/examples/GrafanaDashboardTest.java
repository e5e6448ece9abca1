package dev.freshet.examples;

import static dev.freshet.harness.Conditions.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.hub.SseHub;
import dev.freshet.netty.SseServer;
import dev.freshet.store.FileEventStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whether the dashboard and the metrics of a relay with a store have the same series. */
class GrafanaDashboardTest {

    private static final Pattern NAME = Pattern.compile("freshet_\\w+");

    @TempDir
    private Path folder;

    /** The path of a file of the repository, from the folder of this module or from above it. */
    private static Path dashboard() {
        Path here = Path.of(".github", "grafana-dashboard.json");
        return Files.exists(here) ? here : Path.of("..").resolve(here);
    }

    private static Set<String> drawn() throws Exception {
        Set<String> names = new TreeSet<>();
        for (String expression : Caller.json(Files.readString(dashboard())).findValuesAsString("expr")) {
            NAME.matcher(expression).results().forEach(found -> names.add(found.group()));
        }
        assertThat(names).isNotEmpty();
        return names;
    }

    private Set<String> scraped() throws Exception {
        FileEventStore store = FileEventStore.open(folder);
        Relay relay = Relay.start(
                SseHub.builder().store(store),
                SseServer.builder().host("127.0.0.1").port(0),
                new Guard());
        Caller caller = new Caller(relay.server());
        try (AutoCloseable stream = caller.follow("/events")) {
            caller.get("/none");
            Set<String> names = new TreeSet<>();
            await("the stream and the refusal are counted", () -> {
                names.clear();
                names.addAll(new Scrape(caller.get("/metrics").body()).names());
                return names.containsAll(Set.of("freshet_streams_open", "freshet_requests_refused_total"));
            });
            return names;
        } finally {
            relay.close();
            store.close();
        }
    }

    /** The name of a histogram or timer without what is one series of it. */
    private static String family(String name) {
        return name.replaceFirst("_(bucket|count|sum|max)$", "");
    }

    @Test
    void everyExpressionNamesASeriesThatExists() throws Exception {
        assertThat(scraped()).containsAll(drawn());
    }

    @Test
    void everySeriesIsDrawn() throws Exception {
        List<String> drawn = drawn().stream().map(GrafanaDashboardTest::family).toList();

        assertThat(scraped().stream().map(GrafanaDashboardTest::family))
                .allSatisfy(name -> assertThat(drawn).contains(name));
    }
}
