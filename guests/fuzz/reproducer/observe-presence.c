
static bool is_present(char *at)
{
	unsigned char present = 0;

	return mincore(at, page, &present) == 0 && present & 1;
}
