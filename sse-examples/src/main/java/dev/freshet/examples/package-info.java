/**
 * The example programs: servers, the load tool, and the conformance kit.
 *
 * <pre>
 * Main -> DashboardCommand -> Dashboard -> Page --.
 *      -> ClockCommand     -> Clock -------------+
 *      -> PricesCommand    -> PriceTable -> Page +
 *      -> RoomsCommand     -> Rooms ----> Page --+
 *      -> ChatCommand      -> Chat -----> Page --+-> SseServer
 *      -> RelayCommand     -> Relay ----> Guard -+
 *      -> OpenAiCommand    -> ChatCompletions ---+
 *      -> LogsCommand      -> LogLines ----------+
 *      -> OrdersCommand    -> Orders ------------+
 *      -> McpCommand       -> Mcp ---------------'
 *      -> EmbedCommand     -> Embed: a server of Netty's, with an SseHandler
 *      -> LoadCommand      -> load: drives a server by its URL
 *      -> ConformanceCommand -> conformance: judges a server by its URL
 *      -> by-hand          -> the hand-written server that the load tool compares with
 * </pre>
 *
 * <p>The commands only read options. Tests start the programs as the commands do.
 */
package dev.freshet.examples;
