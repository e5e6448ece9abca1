package dev.freshet.examples.snippets;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The README's class, in a process of its own. */
class PricesTest {

    @Test
    @Timeout(value = 60, unit = TimeUnit.SECONDS)
    void itServesTheEventsThatItPublishes() throws Exception {
        String java = ProcessHandle.current().info().command().orElse("java");
        Process prices = new ProcessBuilder(
                        java, "-cp", System.getProperty("java.class.path"), Prices.class.getName(), "0")
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader out = prices.inputReader()) {
            URI uri = URI.create(out.readLine());
            HttpResponse<Stream<String>> response =
                    HttpClient.newHttpClient().send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofLines());
            try (Stream<String> lines = response.body()) {
                List<String> tick = lines.dropWhile(line -> !line.equals("event: tick"))
                        .limit(3)
                        .toList();
                assertThat(tick.get(1)).matches("data: \\{\"symbol\":\"ACME\",\"price\":\\d+\\.3}");
                assertThat(tick.get(2)).startsWith("id: ");
            }
        } finally {
            prices.destroyForcibly().waitFor();
        }
    }
}
