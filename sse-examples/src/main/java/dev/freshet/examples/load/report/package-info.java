/**
 * What came of a run, and of several that are compared. Clients and scenarios fill in the records; the command writes
 * them, as JSON and as text. It uses no other package of the tool.
 *
 * <pre>
 * ReportText -> Report      Comparison -> Medians, Report
 * </pre>
 */
package dev.freshet.examples.load.report;
