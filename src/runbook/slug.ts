/** Anchors as GitHub makes them from headings: the same heading twice gets `-1`, `-2`, ... */
export function slugger(): (title: string) => string {
  const taken = new Map<string, number>();
  return (title) => {
    const base =
      title
        .toLowerCase()
        .replace(/[^\p{L}\p{M}\p{N}\s_-]/gu, '')
        .trim()
        .replace(/\s/g, '-') || 'section';
    let count = taken.get(base) ?? -1;
    let slug = base;
    do {
      count += 1;
      slug = count === 0 ? base : `${base}-${count}`;
    } while (taken.has(slug));
    taken.set(base, count);
    taken.set(slug, taken.get(slug) ?? 0);
    return slug;
  };
}
