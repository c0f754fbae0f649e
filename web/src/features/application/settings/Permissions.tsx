import { TagsInput } from '@mantine/core'
import { NotActing } from '@/features/acting/NotActing'
import { useInfraT } from '@/i18n/infra'
import { permissionsOf, rights, writePermissions } from './attributes'
import { Section } from './Section'
import { type PartProps } from './partProps'

/** The roles that may see, change, and run an application. */
export function Permissions(p: PartProps) {
  const ti = useInfraT()
  return (
    <Section
      {...p}
      id="permissions"
      title={ti('config.permissions')}
      help={ti('config.permissionsHelp')}
      read={permissionsOf}
      write={writePermissions}
    >
      {(v, set) => (
        <>
          <NotActing kind="roles" name="application" />
          {rights.map((right) => (
            <TagsInput
              key={right}
              label={ti(`config.right.${right}`)}
              placeholder={v[right].length === 0 ? ti('config.everybody') : undefined}
              value={v[right]}
              onChange={(list) => {
                set({ [right]: list })
              }}
            />
          ))}
        </>
      )}
    </Section>
  )
}
