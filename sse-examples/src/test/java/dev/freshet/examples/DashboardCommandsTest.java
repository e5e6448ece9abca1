package dev.freshet.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The commands that the dashboard's page has to copy. */
class DashboardCommandsTest {
    private static final String JAR = "java -jar sse-examples/target/sse-examples.jar ";
    private static final Pattern COMMAND = Pattern.compile("<code>" + Pattern.quote(JAR) + "([^<]*)</code>");

    static List<String> commands() {
        String page = new String(Page.read("page/index.html"), StandardCharsets.UTF_8);
        return COMMAND.matcher(page).results().map(found -> found.group(1)).toList();
    }

    static List<String> commandsWithAPort() {
        return commands().stream()
                .filter(command -> command.contains(" --port "))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("commands")
    void aCommandOfThePageIsOneOfTheProgram(String command) {
        String[] arguments = command.split(" ");
        assertThat(Main.commandLine().getSubcommands()).containsKey(arguments[0]);
        assertThat(Main.commandLine().parseArgs(arguments).errors()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("commandsWithAPort")
    void aGuideHasTheCommandWithTheSamePort(String command) {
        String shown = Pattern.quote(JAR + command).replace("FILE", "\\E\\S+\\Q") + "( .*)?";
        assertThat(Stream.of("examples", "mcp")
                        .flatMap(guide -> Markdown.text(Markdown.ROOT.resolve(".github/guides/" + guide + ".md"))
                                .lines()))
                .anyMatch(line -> line.matches(shown));
    }

    @Test
    void theLoadIsPutOnTheRelay() {
        assertThat(commands()).contains("relay --port 8081", "load --url http://127.0.0.1:8081/events");
    }

    @Test
    void thePageNamesEachCommandOfTheHelpButItsOwnOnce() {
        List<String> all = Main.commandLine().getSubcommands().entrySet().stream()
                .filter(command ->
                        !command.getValue().getCommandSpec().usageMessage().hidden())
                .map(Map.Entry::getKey)
                .filter(name -> !name.equals("dashboard"))
                .toList();

        assertThat(commands().stream().map(command -> command.split(" ", 2)[0]))
                .containsExactlyInAnyOrderElementsOf(all);
    }
}
