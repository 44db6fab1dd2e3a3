
/* Writes a page of the file; its words are those that read_page() looks at. */
static long write_file(size_t at, uint64_t value)
{
	char *buffer = calloc(1, page);
	long written;

	write_page(buffer, value);
	written = pwrite(memfd, buffer, page, (off_t)at);
	free(buffer);
	return written;
}
